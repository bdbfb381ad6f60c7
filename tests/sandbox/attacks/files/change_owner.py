"""Give files outside to another user.

canary: untouched
control: through
"""
import os
import shutil

file, folder = TARGETS["file"], TARGETS["folder"]
for way in (
    lambda: os.chown(file, 65534, 65534),
    lambda: os.lchown(TARGETS["program"], 65534, -1),
    lambda: os.fchown(os.open(file, os.O_RDONLY), -1, 65534),
    lambda: os.chown("keep.txt", 1, 1, dir_fd=os.open(folder, os.O_RDONLY)),
    lambda: shutil.chown(folder, 65534),
    lambda: os.chown(TARGETS["folder_relative"], 65534, 65534),
):
    try:
        print(way())
    except (OSError, LookupError) as error:
        print(error)
