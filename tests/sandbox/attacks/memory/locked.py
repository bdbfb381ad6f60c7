"""Lock all memory that comes later (MCL_FUTURE), so that pages are there as soon as they are mapped.

canary: memory
control: through as root
"""
import ctypes
import mmap
import resource
import time

libc = ctypes.CDLL(None, use_errno=True)
for limit in (resource.RLIMIT_MEMLOCK, resource.RLIMIT_AS, resource.RLIMIT_DATA):
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
libc.mlockall(2)
libc.mlockall(2 | 4)
kept = []
for _ in range(15):
    try:
        area = mmap.mmap(-1, 40 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(area))), 40 << 20)
        area[:] = bytes(1) * (40 << 20)
        kept.append(area)
    except (OSError, ValueError, MemoryError, BufferError):
        break
time.sleep(0.4)
