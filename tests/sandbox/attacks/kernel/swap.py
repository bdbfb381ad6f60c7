"""Swap to a file, and stop swapping. The file isn't there, which who may swap is told.

canary: descriptor(got-through), host
control: through as root
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for way in (lambda: libc.swapon(b"no/such/file", 0), lambda: libc.swapoff(b"no/such/file")):
    ctypes.set_errno(0)
    result = way()
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        proof = open("got-through", "w")
time.sleep(0.3)
