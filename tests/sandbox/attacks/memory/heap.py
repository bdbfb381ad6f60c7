"""Fill the heap with large strings.

canary: memory
control: through
"""
import time

kept = []
for size in (16 << 20, 1 << 20, 1 << 16):
    for _ in range((700 << 20) // size):
        try:
            kept.append(b"x" * size)
        except MemoryError:
            break
    if len(kept) * (16 << 20) >= 700 << 20:
        break
time.sleep(0.4)
