"""Take back that it dies with its parent.

canary: descriptor(got-through), survivors
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for argument in (ctypes.c_ulong(1), ctypes.c_ulong(1 | 1 << 32)):
    cleared = libc.prctl(argument, 0, 0, 0, 0)
    print(cleared, os.strerror(ctypes.get_errno()))
    if cleared == 0:
        proof = open("got-through", "w")
time.sleep(0.3)
