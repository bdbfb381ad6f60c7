"""Use protection keys, with which memory changes its rights without a system call.

canary: descriptor(got-through)
control: depends, because the processor may have none
"""
import ctypes
import mmap
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
protect, allocate = {"x86_64": (329, 330)}.get(os.uname().machine, (288, 289))
area = mmap.mmap(-1, 4096)
address = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(area)))
ctypes.set_errno(0)
key = libc.syscall(allocate, ctypes.c_ulong(0), ctypes.c_ulong(0))
print(key, os.strerror(ctypes.get_errno()))
for number in (key, -1):
    done = libc.syscall(protect, address, ctypes.c_size_t(4096), 7, number)
    print(done, os.strerror(ctypes.get_errno()))
    if done == 0:
        proof = open("got-through", "w")
time.sleep(0.3)
