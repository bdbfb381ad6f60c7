"""Make a second process by clone as a raw system call, with flags that a filter for threads may let through.

canary: single
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 56}.get(os.uname().machine, 220)
PARENT, UNTRACED, IO = 0x8000, 0x800000, 0x80000000
for flags in (17, 0, 17 | PARENT, 17 | UNTRACED | IO, 17 | 1 << 32, 0x3D0F00 << 32 | 17, 0x7D0F00 << 32):
    made = libc.syscall(number, ctypes.c_ulong(flags), None, None, None, None)
    if made == 0:
        time.sleep(0.3)
        os._exit(0)
    print(hex(flags), made, os.strerror(ctypes.get_errno()))
time.sleep(0.3)
