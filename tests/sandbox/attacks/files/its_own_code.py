"""Change the files that the run itself was started from, and put others beside them.

canary: house
control: through
"""
import os
import time

time.sleep(0.1)
for name in ("main.py", "skill.py", "test_skill.py", "other.py"):
    path = "../code/" + name
    for way in (
        lambda: open(path, "a").write("# changed\n"),
        lambda: os.utime(path, (1, 1)),
        lambda: os.link(path, name),
        lambda: os.rename(path, path + ".gone"),
        lambda: os.unlink(path),
    ):
        try:
            print(way())
        except OSError as error:
            print(error)
try:
    os.rename("../code", "../old")
    os.mkdir("../code")
except OSError as error:
    print(error)
time.sleep(0.3)
