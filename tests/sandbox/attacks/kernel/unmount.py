"""Unmount, pivot_root and mount_setattr, of its own folder: who may do so is told that it is no mount.

canary: descriptor(got-through)
control: through as root
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
pivot = {"x86_64": 155}.get(os.uname().machine, 41)
os.mkdir("sub")
DETACH, SET_ATTRIBUTES = 2, 442
read_only = ctypes.create_string_buffer(b"\1", 32)
for way in (
    lambda: libc.umount2(b"sub", DETACH),
    lambda: libc.umount(b"sub"),
    lambda: libc.syscall(pivot, b"sub", b"sub"),
    lambda: libc.syscall(SET_ATTRIBUTES, -100, b"sub", 0, read_only, ctypes.c_size_t(32)),
):
    ctypes.set_errno(0)
    result = way()
    print(result, os.strerror(ctypes.get_errno()))
    if result == 0 or ctypes.get_errno() == errno.EINVAL:
        proof = open("got-through", "w")
time.sleep(0.3)
