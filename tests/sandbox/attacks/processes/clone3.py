"""Make a second process by clone3, whose flags a filter can't see.

canary: single
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
for size in (64, 80, 88):
    # flags, pidfd, child_tid, parent_tid, exit_signal, and what is zero
    arguments = ctypes.create_string_buffer(struct.pack("=5Q", 0, 0, 0, 0, 17) + bytes(48), 88)
    made = libc.syscall(435, arguments, ctypes.c_size_t(size))
    if made == 0:
        time.sleep(0.3)
        os._exit(0)
    print(size, made, os.strerror(ctypes.get_errno()))
time.sleep(0.3)
