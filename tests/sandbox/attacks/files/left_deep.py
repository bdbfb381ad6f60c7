"""Leave folders in folders, deeper than a path can name, some without rights, with a link outside at the bottom.

canary: leftovers, untouched
control: depends, because newer versions of Python remove such folders themselves
limits: scratch_files=8000
"""
import os

depth = 0
try:
    for depth in range(3000):
        os.mkdir("folder")
        os.chdir("folder")
        if depth % 500 == 499:
            os.symlink(TARGETS["folder"], "link")
            open("file", "w").close()
    os.chmod(".", 0)
except OSError as error:
    print(depth, error)
