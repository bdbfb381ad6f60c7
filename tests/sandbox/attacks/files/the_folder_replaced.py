"""Put a link to a folder outside in place of the scratch folder, so that the cleaning removes what is there.

canary: untouched, house
control: through
"""
import os
import time

folder = TARGETS["folder"]
here = os.getcwd()
os.makedirs("deep/er")
for way in (
    lambda: os.symlink(folder, "link"),
    lambda: os.symlink(folder, "deep/er/link"),
    lambda: os.rename(here, here + "-moved"),
    lambda: os.symlink(folder, here),
    lambda: os.rmdir("../code"),
    lambda: os.rename("../code", "../../code"),
    lambda: os.symlink(folder, "../code"),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
