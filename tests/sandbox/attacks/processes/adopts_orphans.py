"""Become the parent of all orphans below, so that whoever ends the run loses sight of them.

canary: descriptor(got-through), survivors
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
adopts = libc.prctl(36, 1, 0, 0, 0)
print(adopts, os.strerror(ctypes.get_errno()))
if adopts == 0:
    proof = open("got-through", "w")
try:
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(2)
        os._exit(0)
except OSError as error:
    print(error)
time.sleep(0.3)
