"""Reach the machine's ports from user space: iopl and ioperm.

canary: descriptor(got-through)
control: depends, because a kernel for virtual machines may not have it
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
calls = ((172, 3, 0, 0), (173, 0x80, 1, 1)) if os.uname().machine == "x86_64" else ()
for call in calls:
    result = libc.syscall(*call)
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
