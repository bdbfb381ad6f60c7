"""Make keyrings by keyctl, and become part of a session of keys.

canary: keys, descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
control = {"x86_64": 250}.get(os.uname().machine, 219)
GET_KEYRING, JOIN_SESSION, DESCRIBE, CAPABILITIES = 0, 1, 6, 31
buffer = ctypes.create_string_buffer(256)
for call in (
    (GET_KEYRING, -2, 1, 0, 0),
    (GET_KEYRING, -1, 1, 0, 0),
    (JOIN_SESSION, None, 0, 0, 0),
    (DESCRIBE, -4, buffer, 256, 0),
    (CAPABILITIES, buffer, 256, 0, 0),
):
    result = libc.syscall(control, *call)
    print(call[0], result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
