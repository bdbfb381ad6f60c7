"""Have the kernel read and write in its own time by io_setup and io_submit, and give it pages by vmsplice.

canary: descriptor(got-through)
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
setup, submit, splice = {"x86_64": (206, 209, 278)}.get(os.uname().machine, (0, 2, 75))
context = ctypes.c_ulong()
text = ctypes.create_string_buffer(b"given")
part = ctypes.create_string_buffer(struct.pack("=QQ", ctypes.addressof(text), 5))
readable, writable = os.pipe()
for call in (
    (setup, 4, ctypes.byref(context)),
    (submit, context, 0, None),
    (splice, writable, part, ctypes.c_ulong(1), 8),
):
    result = libc.syscall(*call)
    print(call[0], result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
