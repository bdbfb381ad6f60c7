"""Keep bytes in files of a file system that is in memory: /dev/shm, shm_open, multiprocessing's shared memory.

canary: memory
control: through
"""
import contextlib
import mmap
import os
import time
from multiprocessing import shared_memory

block = b"t" * (8 << 20)
made, kept = [], []
for number in range(40):
    for folder in ("/dev/shm", "/run/shm", "/run", "/var/run/user/0"):
        path = f"{folder}/attack-{os.getpid()}-{number}"
        with contextlib.suppress(OSError):
            with open(path, "xb", buffering=0) as file:
                made.append(path)
                file.write(block)
            break
    with contextlib.suppress(OSError, ValueError, ImportError, MemoryError):
        area = shared_memory.SharedMemory(create=True, size=8 << 20)
        made.append(f"/dev/shm/{area._name.lstrip('/')}")
        area.buf[:] = block
        kept.append(area)
time.sleep(0.3)
for path in made:
    with contextlib.suppress(OSError):
        os.unlink(path)
os._exit(0)
