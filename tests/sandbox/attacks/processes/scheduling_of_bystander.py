"""Change how, and on which processors, another process of the user is scheduled.

canary: bystander
control: through
"""
import ctypes
import os
import struct

pid = TARGETS["bystander_pid"]
libc = ctypes.CDLL(None, use_errno=True)
sched_setattr = {"x86_64": 314}.get(os.uname().machine, 274)
attributes = ctypes.create_string_buffer(struct.pack("=IIQiIQQQ", 48, os.SCHED_IDLE, 0, 0, 0, 0, 0, 0))
for way in (
    lambda: os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))}),
    lambda: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)),
    lambda: os.sched_setparam(pid, os.sched_param(0)),
    lambda: libc.syscall(sched_setattr, pid, attributes, 0),
):
    try:
        print(way(), os.strerror(ctypes.get_errno()))
    except OSError as error:
        print(error)
