"""Take memory by C arrays: ctypes, array, struct, malloc, calloc, aligned blocks, and grow them by realloc.

canary: memory
control: through
"""
import array
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
for name in ("malloc", "calloc", "realloc", "aligned_alloc", "mmap"):
    getattr(libc, name).restype = ctypes.c_void_p
    getattr(libc, name).argtypes = [ctypes.c_size_t, ctypes.c_size_t][: 1 if name == "malloc" else 2]
libc.realloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
SIZE = 24 << 20
kept = []
block = None
for number in range(10):
    for take in (lambda: libc.malloc(SIZE), lambda: libc.calloc(SIZE, 1), lambda: libc.aligned_alloc(4096, SIZE)):
        place = take()
        if place:
            ctypes.memset(place, 1, SIZE)
    larger = libc.realloc(block, SIZE * (number + 1) // 4)
    if larger:
        ctypes.memset(larger, 1, SIZE * (number + 1) // 4)
        block = larger
    try:
        kept.append(array.array("Q", [1]) * (SIZE // 8))
        kept.append((ctypes.c_char * SIZE)(*b"x"))
    except MemoryError:
        pass
    if number == 5:
        time.sleep(0.1)
time.sleep(0.3)
