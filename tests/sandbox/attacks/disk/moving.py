"""Move folders about while they fill, so that whoever walks through them misses what was moved behind.

canary: disk
control: through
"""
import contextlib
import os
import threading
import time

over = threading.Event()
for name in ("a", "z", "a/full"):
    os.mkdir(name)


def move() -> None:
    while not over.is_set():
        with contextlib.suppress(OSError):
            os.rename("a/full", "z/full")
        with contextlib.suppress(OSError):
            os.rename("z/full", "a/full")


folder = os.open("a/full", os.O_RDONLY)
threading.Thread(target=move, daemon=True).start()
block = b"d" * (8 << 20)
for number in range(45):
    with contextlib.suppress(OSError):
        file = os.open(str(number), os.O_WRONLY | os.O_CREAT, dir_fd=folder)
        os.write(file, block)
        os.close(file)
time.sleep(0.2)
over.set()
time.sleep(0.2)
