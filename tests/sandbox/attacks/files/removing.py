"""Remove files and folders outside.

canary: untouched
control: through
"""
import os
import pathlib
import shutil

folder = TARGETS["folder"]
for way in (
    lambda: os.unlink(TARGETS["program"]),
    lambda: os.unlink("keep.txt", dir_fd=os.open(folder, os.O_RDONLY)),
    lambda: pathlib.Path(folder, "sub", "other.txt").unlink(),
    lambda: os.rmdir(folder + "/sub"),
    lambda: os.removedirs(folder + "/sub"),
    lambda: os.remove(TARGETS["folder_relative"] + "/keep.txt"),
    lambda: shutil.rmtree(TARGETS["shared"]),
    lambda: os.rename(folder, folder + "-gone"),
    lambda: os.rename(folder + "-gone", folder),
):
    try:
        print(way())
    except OSError as error:
        print(error)
