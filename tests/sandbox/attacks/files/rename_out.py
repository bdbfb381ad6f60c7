"""Move a file and a folder of the scratch folder to a place outside, and over what is there.

canary: untouched
control: through
"""
import os
import shutil

folder = TARGETS["folder"]
os.makedirs("mine/deep")
for name in ("one", "two", "three"):
    with open(name, "w") as file:
        file.write("mine")
handle = None
try:
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
except OSError as error:
    print(error)
for way in (
    lambda: os.rename("one", folder + "/moved"),
    lambda: os.replace("two", folder + "/keep.txt"),
    lambda: os.rename("three", "keep.txt", dst_dir_fd=handle),
    lambda: os.rename("three", TARGETS["folder_relative"] + "/moved-too"),
    lambda: os.rename("mine", folder + "/mine"),
    lambda: shutil.move("mine", folder),
):
    try:
        print(way())
    except (OSError, shutil.Error, TypeError) as error:
        print(error)
