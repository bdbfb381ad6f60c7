"""Fill folders and close each so that nobody can look into it.

canary: disk, leftovers
control: through
"""
import os
import time

block = b"d" * (8 << 20)
for number in range(45):
    try:
        os.mkdir(f"c{number}")
        with open(f"c{number}/file", "wb", buffering=0) as file:
            file.write(block)
        os.chmod(f"c{number}", 0o000)
    except OSError:
        pass
try:
    os.chmod(".", 0o000)
except OSError:
    pass
time.sleep(0.4)
