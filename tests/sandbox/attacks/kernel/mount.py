"""Mount file systems on folders of its own, in a mount namespace of its own where it can have one.

canary: mounts
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_USERS, PRIVATE, RECURSIVE = 0x20000, 0x10000000, 1 << 18, 1 << 14
own = libc.unshare(NEW_MOUNTS) == 0 or libc.unshare(NEW_MOUNTS | NEW_USERS) == 0
if own:
    libc.mount(None, b"/", None, PRIVATE | RECURSIVE, None)
for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay", b"devpts"):
    os.mkdir(kind)
    text = b"size=4096" if kind == b"tmpfs" else None
    print(kind, libc.mount(b"none", kind, kind, 0, text), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
if not own:
    for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay", b"devpts"):
        libc.umount2(kind, 2)
