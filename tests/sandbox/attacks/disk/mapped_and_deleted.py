"""Write by mappings of files that are deleted and closed: neither a name nor a descriptor is left.

canary: disk
control: through
limits: memory_mb=1024
"""
import mmap
import os
import time

kept = []
for number in range(40):
    try:
        descriptor = os.open("mapped", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink("mapped")
        os.ftruncate(descriptor, 8 << 20)
        area = mmap.mmap(descriptor, 8 << 20)
        os.close(descriptor)
        area[:] = b"d" * (8 << 20)
        area.flush()
        kept.append(area)
    except (OSError, ValueError):
        pass
time.sleep(0.4)
