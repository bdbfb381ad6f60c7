"""Make files and folders beside the folder of the run, in the run's own folder and in the one of all runs.

canary: house
control: through
"""
import os
import time

for way in (
    lambda: open("../made", "w").close(),
    lambda: os.mkdir("../folder"),
    lambda: open("../../made", "w").close(),
    lambda: os.mkdir("../../folder"),
    lambda: os.symlink("/", "../link"),
    lambda: os.rename("../work", "../other"),
    lambda: os.rename("../../" + os.path.basename(os.path.dirname(os.getcwd())), "../../other"),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
