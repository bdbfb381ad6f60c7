"""Restart the machine. The call lacks the numbers without which no kernel does, which who may do so is told.

canary: descriptor(got-through)
control: through as root
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 169}.get(os.uname().machine, 142)
for words in ((0, 0, 0, None), (0, 0, 0x1234567, None)):
    ctypes.set_errno(0)
    result = libc.syscall(number, *words)
    print(result, os.strerror(ctypes.get_errno()))
    if ctypes.get_errno() == errno.EINVAL:
        proof = open("got-through", "w")
time.sleep(0.3)
