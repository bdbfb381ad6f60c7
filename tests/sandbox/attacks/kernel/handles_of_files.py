"""Learn which file lies behind a name by name_to_handle_at, also of what may not be opened.

canary: descriptor(got-through), secret
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 303}.get(os.uname().machine, 264)
AS_IDENTITY, UNIQUE_MOUNT = 0x200, 1
for path in (TARGETS["secret"], "/", "."):
    for flags in (0, AS_IDENTITY, UNIQUE_MOUNT):
        handle = ctypes.create_string_buffer(struct.pack("=Ii", 128, 0), 136)
        mount = ctypes.c_uint64()
        result = libc.syscall(number, -100, path.encode(), handle, ctypes.byref(mount), flags)
        print(result, os.strerror(ctypes.get_errno()), handle.raw[:24].hex())
        if result == 0:
            proof = open("got-through", "w")
time.sleep(0.3)
