"""Write one line without an end, byte by byte at first, so that a reader by lines keeps all of it.

canary: output
control: through
limits: seconds=3, memory_mb=512
"""
import os
import sys

for _ in range(2000):
    os.write(1, b"x")
sys.stdout.write("l" * (150 << 20))
sys.stdout.flush()
