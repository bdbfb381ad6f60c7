"""Have the kernel fill mappings by itself: MAP_POPULATE, huge pages, MADV_POPULATE_WRITE.

canary: memory
control: through
"""
import ctypes
import mmap
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
POPULATE, NO_RESERVE, HUGE = 0x8000, 0x4000, 0x40000
kept = []
for extra in (POPULATE, POPULATE | NO_RESERVE, POPULATE | HUGE):
    for _ in range(6):
        found = libc.mmap(None, 40 << 20, 3, 0x22 | extra, -1, 0)
        if found is not None and found != ctypes.c_void_p(-1).value:
            kept.append(found)
try:
    area = mmap.mmap(-1, 200 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(23)
except (OSError, ValueError, MemoryError):
    pass
time.sleep(0.4)
