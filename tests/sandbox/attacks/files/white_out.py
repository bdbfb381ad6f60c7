"""Have a device made by renaming: the white-out that overlaid file systems leave, where renaming isn't making.

canary: special
control: through
"""
import ctypes
import os
import platform
import time

WHITEOUT = 4
number = {"x86_64": 316, "aarch64": 276}[platform.machine()]
call = ctypes.CDLL(None, use_errno=True).syscall
os.mkdir("folder")
for name in ("one", "two"):
    open(name, "w").close()
here = os.open(".", os.O_RDONLY)
for ours, theirs in ((b"one", b"renamed"), (b"two", b"folder/renamed"), (b"folder", b"other")):
    print(call(number, -100, ours, -100, theirs, WHITEOUT), os.strerror(ctypes.get_errno()))
    print(call(number, here, theirs, here, ours, ctypes.c_ulong(1 << 32 | WHITEOUT)))
print([(name, oct(os.lstat(name).st_mode)) for name in os.listdir()])
time.sleep(0.3)
