"""Keep memory that not even the kernel sees, and that no tool can look into: memfd_secret.

canary: descriptor(secretmem)
control: depends, because the kernel may not have it
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for flags in (0, os.O_CLOEXEC):
    made = libc.syscall(447, flags)
    print(made, os.strerror(ctypes.get_errno()))
    if made >= 0:
        os.ftruncate(made, 4096)
time.sleep(0.3)
