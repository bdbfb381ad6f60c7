"""Take open files from the agent by pidfd_getfd, and read them.

canary: secret, descriptor(pidfd)
control: through
"""
import ctypes
import os
import stat
import time

libc = ctypes.CDLL(None, use_errno=True)
kept = []
for pid in (os.getppid(), os.getpid()):
    kept.append(libc.syscall(434, pid, 0))
    print(kept, os.strerror(ctypes.get_errno()))
    for number in range(40):
        taken = libc.syscall(438, kept[-1], number, 0)
        if taken >= 0:
            if stat.S_ISREG(os.fstat(taken).st_mode):
                print(os.pread(taken, 100, 0))
            os.close(taken)
time.sleep(0.3)
