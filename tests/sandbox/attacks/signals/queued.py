"""Queue signals with a value for other processes: sigqueue, rt_sigqueueinfo, rt_tgsigqueueinfo.

canary: agent, bystander
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
queue, queue_thread = {"x86_64": (129, 297)}.get(os.uname().machine, (138, 240))
agent, bystander = TARGETS["agent_pid"], TARGETS["bystander_pid"]
QUEUED = -1
for pid, number in ((agent, 10), (bystander, 15)):
    words = struct.pack("=iiiiii", number, 0, QUEUED, 0, os.getpid(), os.getuid())
    facts = ctypes.create_string_buffer(words, 128)
    for way in (
        lambda: libc.syscall(queue, pid, number, facts),
        lambda: libc.syscall(queue_thread, pid, pid, number, facts),
        lambda: libc.sigqueue(pid, number, ctypes.c_void_p(7)),
    ):
        print(way(), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
