"""Take a socket from one of the run's parents and use it: by pidfd_getfd.

canary: socket(inet), descriptor(pidfd)
control: through
"""
import ctypes
import os
import socket
import stat
import time

call = ctypes.CDLL(None, use_errno=True).syscall
kept, pid = [], os.getppid()
for _ in range(2):
    handle = call(434, pid, 0)
    print(handle, os.strerror(ctypes.get_errno()))
    for number in range(100 if handle >= 0 else 0):
        taken = call(438, handle, number, 0)
        if taken < 0:
            continue
        # It is only kept, and looked at: what is its parents' must go on to work.
        kept.append(taken)
        if stat.S_ISSOCK(os.fstat(taken).st_mode):
            print(number, socket.socket(fileno=os.dup(taken)))
    try:
        with open(f"/proc/{pid}/stat") as file:
            pid = int(file.read().rpartition(") ")[2].split()[1])
        print(os.open(f"/proc/{pid}/net/tcp", os.O_RDONLY))
    except (OSError, ValueError) as error:
        print(error)
        break
time.sleep(0.3)
