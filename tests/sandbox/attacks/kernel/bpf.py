"""Load a program into the kernel, and make a map for it: bpf.

canary: descriptor(bpf)
control: through as root
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 321}.get(os.uname().machine, 280)
MAP_CREATE, PROGRAM_LOAD = 0, 5
ARRAY, SOCKET_FILTER = 2, 1
# r0 = 0; exit
code = ctypes.create_string_buffer(struct.pack("=BBhiBBhi", 0xB7, 0, 0, 0, 0x95, 0, 0, 0))
licence = ctypes.create_string_buffer(b"GPL")
for command, arguments in (
    (MAP_CREATE, struct.pack("=IIII", ARRAY, 4, 8, 1)),
    (PROGRAM_LOAD, struct.pack("=IIQQ", SOCKET_FILTER, 2, ctypes.addressof(code), ctypes.addressof(licence))),
):
    given = ctypes.create_string_buffer(arguments, 128)
    print(libc.syscall(number, command, given, 128), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
