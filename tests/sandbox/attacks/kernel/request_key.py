"""Ask the kernel for a key that isn't there.

canary: descriptor(got-through)
control: through
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 249}.get(os.uname().machine, 218)
for kind in (b"user", b"keyring", b"no such kind"):
    ctypes.set_errno(0)
    result = libc.syscall(number, kind, b"attack-nothing", None, 0)
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() == errno.ENOKEY:
        proof = open("got-through", "w")
time.sleep(0.3)
