"""Write many files, each smaller than a file may be.

canary: disk
control: through
"""
import os
import time

block = b"d" * (8 << 20)
for number in range(50):
    try:
        with open(f"part-{number}", "wb", buffering=0) as file:
            file.write(block)
    except OSError:
        pass
time.sleep(0.3)
