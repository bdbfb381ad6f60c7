"""Map files of the scratch folder privately, so that each page written is a copy in memory, many times over.

canary: memory
control: through
"""
import mmap
import os
import time

SIZE = 12 << 20
descriptor = os.open("mapped", os.O_RDWR | os.O_CREAT)
os.ftruncate(descriptor, SIZE)
kept = []
for _ in range(48):
    try:
        area = mmap.mmap(descriptor, SIZE, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
        for page in range(0, SIZE, 4096):
            area[page] = 1
        kept.append(area)
    except (OSError, ValueError, MemoryError):
        break
time.sleep(0.4)
