"""Connect by the system calls themselves, past whatever the library was told.

canary: tcp
control: through
"""
import ctypes
import os
import platform
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
make, connect, send = {"x86_64": (41, 42, 44), "aarch64": (198, 203, 206)}[platform.machine()]
address = struct.pack("=H", socket.AF_INET) + struct.pack("!H", TARGETS["tcp_port"])
address += socket.inet_aton(TARGETS["tcp_host"]) + bytes(8)
for kind in (1, 1 | 0x800, 1 | 0x80000):
    descriptor = libc.syscall(make, 2, kind, 0)
    print(descriptor, os.strerror(ctypes.get_errno()))
    print(libc.syscall(connect, descriptor, address, len(address)), libc.send(descriptor, b"x", 1, 0x4000))
# The same with numbers whose upper halves are not zero, which the kernel doesn't look at.
large = ctypes.c_ulong
descriptor = libc.syscall(large(make), large((1 << 32) | 2), large((1 << 33) | 1), large(1 << 32))
print(descriptor, libc.syscall(large(connect), large(descriptor), address, large((1 << 32) | len(address))))
