"""Catch each MemoryError and go on asking, in smaller and smaller pieces, keeping all that it got.

canary: memory, clock
control: through
limits: seconds=3, memory_mb=128
"""
import time

kept = []
size = 64 << 20
end = time.monotonic() + 5
taken = 0
while size >= 1 << 12 and taken < 600 << 20 and time.monotonic() < end:
    try:
        kept.append(b"k" * size)
        taken += size
    except MemoryError:
        size //= 2
while time.monotonic() < end:
    try:
        kept.append([None] * 100)
        time.sleep(0.001)
    except MemoryError:
        time.sleep(0.001)
