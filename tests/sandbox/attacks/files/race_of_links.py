"""Open a link that another thread points at a file outside, at its own file, and back, all the time.

canary: secret, untouched
control: through
"""
import contextlib
import os
import threading
import time

over = time.monotonic() + 0.4
with open("mine", "w") as file:
    file.write("mine")


def swap() -> None:
    turn = 0
    while time.monotonic() < over:
        turn += 1
        with contextlib.suppress(OSError):
            os.symlink((TARGETS["secret"], TARGETS["file"], "mine")[turn % 3], f"next-{turn % 2}")
            os.rename(f"next-{turn % 2}", "link")


threading.Thread(target=swap).start()
found = set()
while time.monotonic() < over:
    with contextlib.suppress(OSError):
        found.add(open("link").read()[:50])
    with contextlib.suppress(OSError), open("link", "r+") as file:
        file.write("x")
print(found)
