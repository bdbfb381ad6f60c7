"""Move files and folders from outside into the scratch folder.

canary: untouched, secret
control: through
"""
import os
import shutil

for way in (
    lambda: os.rename(TARGETS["secret"], "secret"),
    lambda: print(open("secret").read()),
    lambda: os.rename("secret", TARGETS["secret"]),
    lambda: os.rename(TARGETS["file"], "kept"),
    lambda: os.replace(TARGETS["program"], "program"),
    lambda: os.rename(TARGETS["folder"] + "/sub", "sub"),
    lambda: shutil.move(TARGETS["shared"], "shared"),
    lambda: os.rename(TARGETS["folder"], "whole"),
):
    try:
        print(way())
    except (OSError, shutil.Error) as error:
        print(error)
