"""Leave many folders and links to a folder outside under names that change, so that the cleaning follows one.

canary: untouched, leftovers
control: held, because the cleaning follows no links
"""
import contextlib
import os
import threading
import time

folder = TARGETS["folder"]
over = time.monotonic() + 0.3
for number in range(200):
    os.mkdir(f"f{number}")
    os.symlink(folder, f"l{number}")


def swap(start: int) -> None:
    while time.monotonic() < over:
        for number in range(start, 200, 4):
            with contextlib.suppress(OSError):
                os.rename(f"f{number}", f"x{number}")
                os.rename(f"l{number}", f"f{number}")
                os.rename(f"x{number}", f"l{number}")


for start in range(4):
    threading.Thread(target=swap, args=(start,), daemon=True).start()
time.sleep(0.25)
os._exit(0)
