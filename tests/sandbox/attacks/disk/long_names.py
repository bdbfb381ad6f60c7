"""Make files and folders with the longest names there may be, which take room in folders and none as files.

canary: disk
control: through
limits: scratch_files=1000
"""
import contextlib
import os
import time

name = "\U0001f5c4" * 60
for number in range(8000):
    with contextlib.suppress(OSError):
        os.close(os.open(f"{name}{number:06}", os.O_CREAT | os.O_WRONLY))
    with contextlib.suppress(OSError):
        os.mkdir(f"{name}-{number:06}")
time.sleep(0.3)
