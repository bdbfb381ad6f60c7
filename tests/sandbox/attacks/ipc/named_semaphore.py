"""Make a named semaphore by the C library, which is a file in /dev/shm.

canary: shm
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
for name in (TARGETS["shm_name"], f"/{TARGETS['shm_name']}.2"):
    print(libc.sem_open(name.encode(), os.O_CREAT, 0o600, 1), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
