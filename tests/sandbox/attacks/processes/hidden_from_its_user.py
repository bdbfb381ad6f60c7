"""Hide its files in /proc by PR_SET_DUMPABLE, so that the agent can't look into it.

canary: descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
hidden = libc.prctl(4, 0, 0, 0, 0)
print(hidden, os.strerror(ctypes.get_errno()), libc.prctl(3, 0, 0, 0, 0))
# Back again, or nobody would see that it worked.
libc.prctl(4, 1, 0, 0, 0)
if hidden == 0:
    proof = open("got-through", "w")
time.sleep(0.3)
