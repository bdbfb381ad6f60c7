"""Make a second process by vfork, which shares its memory.

canary: single
control: through
limits: seconds=3
"""
import ctypes
import os
import time

# The interpreter's lock is kept: the child would take it with it.
libc = ctypes.PyDLL(None, use_errno=True)
number = {"x86_64": (58,)}.get(os.uname().machine, (220, 0x4111, 0, 0, 0, 0))
for fork in (lambda: libc.syscall(*number), libc.vfork):
    made = fork()
    if made == 0:
        time.sleep(0.3)
        os._exit(0)
    print(made, os.strerror(ctypes.get_errno()))
time.sleep(0.1)
