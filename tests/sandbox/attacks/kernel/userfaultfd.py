"""Handle page faults itself, by which the kernel can be held in the middle of a call: userfaultfd.

canary: descriptor(userfaultfd)
control: through
"""
import ctypes
import fcntl
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 323}.get(os.uname().machine, 282)
USER_MODE_ONLY = 1
for flags in (0, os.O_CLOEXEC, USER_MODE_ONLY, USER_MODE_ONLY | os.O_NONBLOCK):
    print(libc.syscall(number, flags), os.strerror(ctypes.get_errno()))
try:
    print(fcntl.ioctl(os.open("/dev/userfaultfd", os.O_RDWR), 0xAA00, 0))
except OSError as error:
    print(error)
time.sleep(0.3)
