"""Make a timer that signals a thread of the agent: SIGEV_THREAD_ID.

canary: agent
control: held, because the kernel takes threads of the same process only
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
create, arm = {"x86_64": (222, 223)}.get(os.uname().machine, (107, 110))
THREAD = 4
for how, thread in ((THREAD, TARGETS["agent_pid"]), (0, TARGETS["agent_pid"]), (THREAD, os.getppid())):
    event = ctypes.create_string_buffer(struct.pack("=Qiii", 0, 10, how, thread), 64)
    timer = ctypes.c_int(-1)
    made = libc.syscall(create, 1, event, ctypes.byref(timer))
    print(made, os.strerror(ctypes.get_errno()))
    if made == 0 and how:
        at_once = ctypes.create_string_buffer(struct.pack("=QQQQ", 0, 0, 0, 1))
        print(libc.syscall(arm, timer, 0, at_once, None))
time.sleep(0.2)
