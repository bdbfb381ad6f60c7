"""Change another process's priority of input and output.

canary: bystander
control: through
"""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 251}.get(os.uname().machine, 30)
IDLE, LEAST = 3 << 13, 2 << 13 | 7
for which, priority in ((1, IDLE), (2, IDLE), (1, LEAST)):
    print(libc.syscall(number, which, TARGETS["bystander_pid"], priority), os.strerror(ctypes.get_errno()))
