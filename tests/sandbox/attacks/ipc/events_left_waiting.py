"""Wait for ever on a futex, an event counter, a lock on its own file and a pipe, each in a thread of its own.

canary: clock, survivors
control: through
limits: seconds=1
"""
import ctypes
import fcntl
import os
import threading

libc = ctypes.CDLL(None, use_errno=True)
futex = {"x86_64": 202}.get(os.uname().machine, 98)
word = ctypes.c_int(0)
first, second = open("locked", "w"), open("locked", "w")
fcntl.flock(first, fcntl.LOCK_EX)
for way in (
    lambda: libc.syscall(futex, ctypes.byref(word), 0, 0, None, None, 0),
    lambda: os.eventfd_read(os.eventfd(0)),
    lambda: fcntl.flock(second, fcntl.LOCK_EX),
    lambda: os.read(os.pipe()[0], 1),
):
    threading.Thread(target=way).start()
