"""Leave a file in /dev/shm, by its path, by links and folders on the way there, and by the C library.

canary: shm
control: through
"""
import ctypes
import os
import time

name = TARGETS["shm_name"]
libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: open(f"/dev/shm/{name}", "w").write("left"),
    lambda: open(f"/proc/self/root/dev/shm/{name}", "w").write("left"),
    lambda: os.symlink("/", f"/dev/shm/{name}.link"),
    lambda: os.mkfifo(f"/dev/shm/{name}.pipe"),
    lambda: libc.shm_open(f"/{name}.c".encode(), os.O_CREAT | os.O_RDWR, 0o600),
    lambda: os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR, 0o600),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.1)
