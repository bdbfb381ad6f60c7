"""Run a function of the C library in a clone with its own stack, which shares memory but is no thread.

canary: single
control: through
"""
import ctypes
import mmap
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
VM, FS, FILES, SIGHAND, VFORK = 0x100, 0x200, 0x400, 0x800, 0x4000
stacks = []
for flags in (17, VM | 17, VM | FS | FILES | SIGHAND | 17, VM | VFORK | 17):
    stack = mmap.mmap(-1, 1 << 16)
    stacks.append(stack)
    top = ctypes.addressof(ctypes.c_char.from_buffer(stack)) + (1 << 16) - 64
    sleep = ctypes.cast(libc.usleep, ctypes.c_void_p)
    made = libc.clone(sleep, ctypes.c_void_p(top), flags, ctypes.c_void_p(300_000))
    print(hex(flags), made, os.strerror(ctypes.get_errno()))
time.sleep(0.4)
