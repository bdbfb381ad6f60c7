"""Lead whoever counts the room away: links to everything, loops, names that are no text, pipes; then write.

canary: disk, clock
control: through
limits: seconds=3
"""
import contextlib
import os
import time

for number, aim in enumerate(("/", "/usr", ".", "..", "/proc/self/root", "loop", "/dev/zero")):
    with contextlib.suppress(OSError):
        os.symlink(aim, f"0-{number}")
with contextlib.suppress(OSError):
    os.symlink("loop", "loop")
for name in (b"\xff\xfe", b"new\nline", b"-rf *", b"\x1b[2J", b"0" * 255):
    with contextlib.suppress(OSError):
        os.mkdir(name)
        os.mkfifo(name + b"/0" if len(name) < 250 else b"0pipe")
block = b"d" * (8 << 20)
for number in range(1, 46):
    with contextlib.suppress(OSError):
        file = os.open(os.fsencode(f"new\nline/{number}"), os.O_WRONLY | os.O_CREAT)
        os.write(file, block)
        os.close(file)
time.sleep(0.3)
