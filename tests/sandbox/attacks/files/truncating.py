"""Empty or cut files outside, by path, by descriptor, by opening.

canary: untouched
control: through
"""
import os

file, other = TARGETS["file"], TARGETS["folder"] + "/sub/other.txt"
for way in (
    lambda: os.truncate(file, 10),
    lambda: os.ftruncate(os.open(file, os.O_WRONLY), 9),
    lambda: os.close(os.open(other, os.O_RDONLY | os.O_TRUNC)),
    lambda: open(TARGETS["program"], "w").close(),
    lambda: os.truncate("/proc/self/root" + file, 5),
    lambda: os.posix_fallocate(os.open(file, os.O_RDWR), 0, 10_000),
    lambda: os.close(os.open(TARGETS["shared_file"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY)),
):
    try:
        print(way())
    except OSError as error:
        print(error)
