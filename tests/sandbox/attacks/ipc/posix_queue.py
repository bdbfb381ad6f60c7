"""Make a message queue of POSIX, after raising the bound that forbids it.

canary: mqueue
control: through
"""
import ctypes
import os
import resource
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 240}.get(os.uname().machine, 180)
bound = getattr(resource, "RLIMIT_MSGQUEUE", 12)
try:
    resource.setrlimit(bound, (819_200, 819_200))
except (OSError, ValueError) as error:
    print(error)
name = TARGETS["mq_name"].encode()
how = os.O_CREAT | os.O_RDWR
for way in (
    lambda: libc.mq_open(name, how, 0o600, None),
    lambda: libc.syscall(number, name[1:], how, 0o600, None),
):
    print(way(), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
