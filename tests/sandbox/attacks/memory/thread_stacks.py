"""Give many threads large stacks and have C recursion fill them.

canary: memory
control: through
limits: memory_mb=128
"""
import mmap
import threading
import time

over = threading.Event()


def fill() -> None:
    try:
        kept = mmap.mmap(-1, 24 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        kept[:] = b"t" * (24 << 20)
        more = bytearray(8 << 20)
        more[:] = b"t" * (8 << 20)
    except (OSError, ValueError, MemoryError):
        pass
    over.wait(2)


for size in (64 << 20, 8 << 20, 1 << 20):
    try:
        threading.stack_size(size)
        for _ in range(6):
            threading.Thread(target=fill, daemon=True).start()
    except (RuntimeError, ValueError, MemoryError):
        pass
time.sleep(0.5)
over.set()
