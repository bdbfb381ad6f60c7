"""Set the machine's clock. It is to a time that can't be, which whoever the kernel listens to is told.

canary: descriptor(got-through), host
control: through
"""
import ctypes
import errno
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
settime, setclock, adjust = {"x86_64": (164, 227, 305)}.get(os.uname().machine, (170, 112, 266))
never = ctypes.create_string_buffer(struct.pack("=qq", -5, 1 << 40))
only_asked = ctypes.create_string_buffer(256)
for way in (
    lambda: libc.syscall(settime, never, None),
    lambda: libc.syscall(setclock, 0, never),
    lambda: libc.syscall(setclock, 1, never),
    lambda: libc.syscall(adjust, 0, only_asked),
    lambda: libc.adjtimex(only_asked),
):
    ctypes.set_errno(0)
    result = way()
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() == errno.EINVAL:
        proof = open("got-through", "w")
time.sleep(0.3)
