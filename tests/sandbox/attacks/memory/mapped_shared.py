"""Map shared anonymous pages, which the kernel keeps in a hidden file, and hand them to a child.

canary: memory
control: through
"""
import mmap
import os
import time

kept = []
for _ in range(20):
    try:
        area = mmap.mmap(-1, 32 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
        area[:] = b"s" * (32 << 20)
        kept.append(area)
    except (OSError, ValueError, MemoryError):
        break
try:
    if os.fork() == 0:
        time.sleep(0.3)
        os._exit(0)
except OSError:
    pass
time.sleep(0.4)
