"""Find the futexes of another process: get_robust_list tells where they lie in its memory.

canary: descriptor(got-through)
control: depends, because Yama may allow it for children only
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 274}.get(os.uname().machine, 100)
head, size = ctypes.c_void_p(), ctypes.c_size_t()
for pid in (os.getppid(), 1):
    told = libc.syscall(number, pid, ctypes.byref(head), ctypes.byref(size))
    print(pid, told, head.value, os.strerror(ctypes.get_errno()))
    if told == 0 and head.value:
        proof = open("got-through", "w")
time.sleep(0.3)
