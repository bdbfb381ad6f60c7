"""Map private anonymous pages, without reserving them, and touch each.

canary: memory
control: through
"""
import mmap
import time

NO_RESERVE = 0x4000
kept = []
for size in (64 << 20, 8 << 20, 1 << 20):
    for _ in range((640 << 20) // size):
        try:
            area = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE)
            for page in range(0, size, 4096):
                area[page] = 1
            kept.append((size, area))
        except (OSError, ValueError, MemoryError):
            break
    if sum(size for size, _ in kept) >= 640 << 20:
        break
time.sleep(0.4)
