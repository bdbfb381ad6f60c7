"""Make segments for 16-bit and 32-bit code, in the process's own table: modify_ldt and set_thread_area.

canary: descriptor(got-through)
control: depends, because other processors have no such table
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
MODIFY, SET_AREA = 154, 205
READ, WRITE_OLD, READ_DEFAULT, WRITE = 0, 1, 2, 0x11
# Code, 32-bit, readable, limits in pages.
entry = ctypes.create_string_buffer(struct.pack("=IIII", 0, 0, 0xFFFFF, 0b1010101), 64)
asked = ctypes.create_string_buffer(64)
for call in (
    (MODIFY, READ, asked, ctypes.c_ulong(64)),
    (MODIFY, WRITE, entry, ctypes.c_ulong(16)),
    (MODIFY, WRITE_OLD, entry, ctypes.c_ulong(16)),
    (SET_AREA, entry),
) if os.uname().machine == "x86_64" else ():
    result = libc.syscall(*call)
    print(call[:2], result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
