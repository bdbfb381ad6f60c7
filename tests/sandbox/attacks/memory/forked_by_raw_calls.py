"""Take memory in children made by clone, fork and vfork as raw system calls, each with a process group of its own.

canary: memory
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": [(57,), (56, 17, 0, 0, 0, 0), (57,), (56, 17, 0, 0, 0, 0), (57,)]}
calls = numbers.get(os.uname().machine, [(220, 17, 0, 0, 0, 0)] * 5)
for call in calls:
    made = libc.syscall(*call)
    if made == 0:
        try:
            libc.setpgid(0, 0)
            kept = b"c" * (110 << 20)
            time.sleep(0.6)
        finally:
            os._exit(0)
try:
    kept = b"c" * (110 << 20)
except MemoryError:
    pass
time.sleep(0.7)
