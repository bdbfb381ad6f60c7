"""Write in folders that can be written and not read, and below one that can't be entered any more.

canary: disk, leftovers
control: through
"""
import os
import time

block = b"d" * (8 << 20)
outer = os.open(".", os.O_RDONLY)
for number in range(45):
    try:
        os.mkdir(f"w{number}", 0o300)
        with open(f"w{number}/file", "wb", buffering=0) as file:
            os.fchmod(file.fileno(), 0)
            file.write(block)
        os.chmod(f"w{number}", 0o000)
    except OSError:
        pass
try:
    os.chmod(".", 0o300)
except OSError:
    pass
time.sleep(0.4)
