"""Use numbers beyond the known ones: those of later kernels, and such as no kernel has.

canary: descriptor(got-through), survivors
control: depends, because the kernel may have no later calls
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for number in (*range(459, 480), 500, 511, 512, 547, 600, 1000, 4095, 0x10000, 0x3FFFFFFF):
    ctypes.set_errno(0)
    result = libc.syscall(number, -1, None, None, None, None, None)
    if result >= 0 or ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        print(number, result, os.strerror(ctypes.get_errno()))
        # Those that a run may use, whatever they are given.
        if number not in (462,):
            proof = open("got-through", "w")
time.sleep(0.3)
for number in (1 << 31, 0xFFFFFFFF, 0x7FFFFFFF, 1 << 63):
    print(libc.syscall(ctypes.c_ulong(number), -1, None), flush=True)
