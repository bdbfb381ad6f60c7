"""Keep bytes in memory files (memfd), which count neither as address space nor as disk, then map a part.

canary: memory, descriptor(memfd)
control: through
"""
import ctypes
import mmap
import os
import time

kept = []
block = b"m" * (4 << 20)
for number in range(8):
    descriptor = -1
    try:
        descriptor = os.memfd_create(f"m{number}", 0)
    except (OSError, AttributeError):
        descriptor = ctypes.CDLL(None).syscall(319, b"m", 0) if os.uname().machine == "x86_64" else -1
    try:
        for _ in range(18 if descriptor >= 0 else 0):
            os.write(descriptor, block)
        area = mmap.mmap(descriptor, 72 << 20) if descriptor >= 0 else b""
        sum(area[page] for page in range(0, len(area), 4096))
        kept.append((descriptor, area))
    except (OSError, ValueError, MemoryError):
        pass
time.sleep(0.4)
