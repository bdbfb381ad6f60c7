"""Change the times of files outside, by each call that there is for it.

canary: untouched
control: through
"""
import ctypes
import os
import pathlib
import platform

file, folder = TARGETS["file"], TARGETS["folder"]
libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.utime(file, (1, 1)),
    lambda: os.utime(file, ns=(5, 5), follow_symlinks=False),
    lambda: os.utime(os.open(file, os.O_RDONLY), (2, 2)),
    lambda: os.utime(f"/proc/self/fd/{os.open(file, os.O_PATH)}"),
    lambda: os.utime("keep.txt", dir_fd=os.open(folder, os.O_RDONLY)),
    lambda: pathlib.Path(folder, "sub").touch(),
    lambda: libc.utimes(file.encode(), None),
    lambda: libc.syscall({"x86_64": 280, "aarch64": 88}[platform.machine()], -100, file.encode(), None, 0),
):
    try:
        print(way())
    except (OSError, KeyError) as error:
        print(error)
