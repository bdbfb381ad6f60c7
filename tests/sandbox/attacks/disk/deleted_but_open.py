"""Write into files that were deleted, so that no look into the folder finds them.

canary: disk
control: through
"""
import os
import time

block = b"d" * (8 << 20)
kept = []
for number in range(45):
    try:
        kept.append(os.open("gone", os.O_RDWR | os.O_CREAT | os.O_EXCL))
        os.unlink("gone")
        os.write(kept[-1], block)
    except OSError:
        pass
time.sleep(0.4)
