"""Become a member of other groups.

canary: uid
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.setgroups([0, 4, 6, 27, 42]),
    lambda: os.initgroups("root", 6),
    lambda: libc.setfsgid(6),
    lambda: os.setresgid(6, 6, 6),
    lambda: os.setregid(42, 42),
    lambda: os.setegid(42),
    lambda: os.setgid(42),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
