"""Map files outside into memory: to read one, to write into one.

canary: secret, untouched
control: through
"""
import ctypes
import mmap
import os

for flags in (os.O_RDONLY, os.O_RDWR, os.O_PATH):
    try:
        with mmap.mmap(os.open(TARGETS["secret"], flags), 0, prot=mmap.PROT_READ) as area:
            print(area[:100])
    except (OSError, ValueError) as error:
        print(error)
for flags in (os.O_RDWR, os.O_RDONLY, os.O_PATH):
    try:
        with mmap.mmap(os.open(TARGETS["file"], flags), 0, mmap.MAP_SHARED) as area:
            area[:7] = b"changed"
            area.flush()
    except (OSError, ValueError) as error:
        print(error)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
try:
    # Mapped for reading, then made writable.
    descriptor = os.open(TARGETS["file"], os.O_RDONLY)
    address = libc.mmap(None, 4096, 1, 1, descriptor, ctypes.c_long(0))
    print(address, libc.mprotect(ctypes.c_void_p(address), 4096, 3))
except OSError as error:
    print(error)
