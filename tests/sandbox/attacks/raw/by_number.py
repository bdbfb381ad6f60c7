"""Call the kernel by number, past every function of the library: socket, open, kill, fork.

canary: socket(inet), secret, bystander, single
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, OPEN, KILL, CLONE = {"x86_64": (41, 257, 62, 56)}.get(os.uname().machine, (198, 56, 129, 220))
for family, kind in ((2, 1), (2, 2), (10, 1), (1, 1), (16, 3)):
    print(libc.syscall(SOCKET, family, kind, 0), os.strerror(ctypes.get_errno()))
descriptor = libc.syscall(OPEN, -100, TARGETS["secret"].encode(), 0, 0)
print(descriptor, os.strerror(ctypes.get_errno()))
if descriptor >= 0:
    print(os.read(descriptor, 100))
print(libc.syscall(KILL, TARGETS["bystander_pid"], 15), os.strerror(ctypes.get_errno()))
made = libc.syscall(CLONE, 17, None, None, None, None)
time.sleep(0.3)
if made == 0:
    os._exit(0)
print(made)
