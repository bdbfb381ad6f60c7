"""Make an io_uring, whose calls no filter sees.

canary: descriptor(io_uring)
control: depends, because kernel.io_uring_disabled may be set
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
SETUP, POLLED, NO_ARRAY = 425, 2, 1 << 16
for entries, flags in ((4, 0), (4, POLLED), (1, NO_ARRAY)):
    parameters = ctypes.create_string_buffer(120)
    ctypes.memmove(ctypes.addressof(parameters) + 8, ctypes.byref(ctypes.c_uint32(flags)), 4)
    print(libc.syscall(SETUP, entries, parameters), os.strerror(ctypes.get_errno()))
print(libc.syscall(427, -1, 16, None, 0), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
