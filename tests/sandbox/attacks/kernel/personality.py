"""Take on another personality: addresses that aren't random, executable memory, another version's name.

canary: descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 135}.get(os.uname().machine, 92)
NOT_RANDOM, READ_IS_EXECUTE, OLD_NAME, ASKED = 0x0040000, 0x0400000, 0x0020000, 0xFFFFFFFF
for persona in (NOT_RANDOM, READ_IS_EXECUTE, OLD_NAME, NOT_RANDOM | 1 << 32, ASKED):
    before = libc.syscall(number, ctypes.c_ulong(persona))
    print(hex(persona), before, os.strerror(ctypes.get_errno()))
    if before >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
