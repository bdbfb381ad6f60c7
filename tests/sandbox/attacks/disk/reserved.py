"""Take room without writing (fallocate, also beyond a file's end), which no limit on its size sees.

canary: disk
control: depends, because not every file system can reserve
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]
KEEP_SIZE = 1
for number in range(4):
    descriptor = os.open(f"r{number}", os.O_RDWR | os.O_CREAT)
    for mode in (KEEP_SIZE, 0):
        for size in (100 << 20, 12 << 20):
            libc.fallocate(descriptor, mode, 0, size)
    try:
        os.posix_fallocate(descriptor, 0, 100 << 20)
    except OSError:
        pass
for number in range(25):
    descriptor = os.open(f"small{number}", os.O_RDWR | os.O_CREAT)
    libc.fallocate(descriptor, KEEP_SIZE, 0, 12 << 20)
    os.close(descriptor)
time.sleep(0.4)
