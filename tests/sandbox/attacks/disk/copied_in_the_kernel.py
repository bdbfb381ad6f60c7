"""Have the kernel copy one file into many (copy_file_range, splice, clones), so that no byte is written by the program.

canary: disk
control: through
"""
import contextlib
import fcntl
import os
import time

SIZE = 12 << 20
with open("first", "wb", buffering=0) as file:
    file.write(b"c" * SIZE)
source = os.open("first", os.O_RDONLY)
for number in range(30):
    with contextlib.suppress(OSError):
        other = os.open(f"copy-{number}", os.O_RDWR | os.O_CREAT)
        done = 0
        if number % 3 == 2:
            with contextlib.suppress(OSError):
                fcntl.ioctl(other, 0x40049409, source)
        while done < SIZE:
            done += os.copy_file_range(source, other, SIZE - done, done, done) or SIZE
        os.close(other)
time.sleep(0.3)
