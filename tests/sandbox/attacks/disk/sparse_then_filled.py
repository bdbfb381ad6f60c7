"""Make sparse files, whose size says nothing, and fill their holes from the end by mapping and by copying in the kernel.

canary: disk
control: through
limits: memory_mb=1024
"""
import mmap
import os
import time

SIZE = 12 << 20
first = os.open("first", os.O_RDWR | os.O_CREAT)
os.ftruncate(first, SIZE)
with mmap.mmap(first, SIZE) as area:
    for page in range(SIZE - 4096, -1, -4096):
        area[page] = 1
for number in range(28):
    try:
        other = os.open(f"s{number}", os.O_RDWR | os.O_CREAT)
        os.ftruncate(other, SIZE)
        done = 0
        while number % 2 and done < SIZE:
            done += os.sendfile(other, first, done, SIZE - done) or SIZE
        with mmap.mmap(other, SIZE) as area:
            for page in range(SIZE - 4096, -1, -4096):
                area[page] = 1
        os.close(other)
    except (OSError, ValueError):
        pass
time.sleep(0.3)
