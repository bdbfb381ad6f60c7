"""Become another user, by each of the calls for it, root among them.

canary: uid
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.setresuid(0, 0, 0) if os.getuid() else None,
    lambda: os.setuid(0) if os.getuid() else None,
    lambda: libc.setfsuid(65534),
    lambda: os.setresuid(65534, 65534, 0),
    lambda: os.setreuid(65534, -1),
    lambda: os.seteuid(65534),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
