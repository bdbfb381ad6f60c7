"""Make folders in folders, far beyond what a path can name, with files at the bottom.

canary: disk, leftovers
control: through
limits: scratch_files=400
"""
import os
import time

try:
    for _ in range(6000):
        os.mkdir("d" * 40)
        os.chdir("d" * 40)
    with open("bottom", "w") as file:
        file.write("here")
    os.chmod(".", 0o000)
except OSError as error:
    print(error)
time.sleep(0.3)
