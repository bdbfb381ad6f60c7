"""Move the end of the data segment (brk, sbrk), past the allocator and its limits.

canary: memory
control: through
"""
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_ssize_t]
taken = 0
for size in (64 << 20, 8 << 20, 1 << 20, 1 << 16):
    while taken < 640 << 20:
        place = libc.sbrk(size)
        if place is None or place == ctypes.c_void_p(-1).value:
            break
        ctypes.memset(place, 7, size)
        taken += size
time.sleep(0.4)
