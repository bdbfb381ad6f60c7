"""Change the limits of another process of the user.

canary: bystander
control: through
"""
import ctypes
import os
import resource
import struct

pid = TARGETS["bystander_pid"]
try:
    print(resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64)))
except OSError as error:
    print(error)
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 302}.get(os.uname().machine, 261)
new = ctypes.create_string_buffer(struct.pack("=QQ", 0, 0))
for who in (ctypes.c_long(pid), ctypes.c_long(pid | 1 << 32), ctypes.c_long(pid - (1 << 32))):
    print(libc.syscall(number, who, resource.RLIMIT_CORE, new, None), os.strerror(ctypes.get_errno()))
