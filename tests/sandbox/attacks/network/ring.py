"""Make and connect a socket by a ring of requests, where no system call for sockets is made: io_uring.

canary: tcp, descriptor(io_uring)
control: through
"""
import ctypes
import mmap
import os
import socket
import struct
import time

SETUP, ENTER = 425, 426
SOCKET, CONNECT = 45, 16
libc = ctypes.CDLL(None, use_errno=True)
parameters = ctypes.create_string_buffer(120)
ring = libc.syscall(SETUP, 4, parameters)
print(ring, os.strerror(ctypes.get_errno()))
if ring >= 0:
    field = struct.unpack("=30I", parameters.raw)
    tail, mask, array = field[11], field[12], field[16]
    results = field[25]
    size = max(array + 4 * field[0], results + 16 * field[1])
    queue = mmap.mmap(ring, size, offset=0)
    entries = mmap.mmap(ring, 64 * field[0], offset=0x10000000)

    def do(number: int, operation: int, descriptor: int, offset: int, address: int, length: int) -> int:
        entries[number * 64 : number * 64 + 64] = struct.pack(
            "=BBHiQQI36x", operation, 0, 0, descriptor, offset, address, length
        )
        queue[array + 4 * number : array + 4 * number + 4] = struct.pack("=I", number)
        queue[tail : tail + 4] = struct.pack("=I", number + 1)
        print(libc.syscall(ENTER, ring, 1, 1, 1, None, 0))
        return struct.unpack_from("=Qi", queue, results + 16 * number)[1]

    made = do(0, SOCKET, socket.AF_INET, socket.SOCK_STREAM, 0, 0)
    where = struct.pack("=H", 2) + struct.pack("!H", TARGETS["tcp_port"]) + socket.inet_aton(TARGETS["tcp_host"])
    name = ctypes.create_string_buffer(where + bytes(8), 16)
    print(made, do(1, CONNECT, made, 16, ctypes.addressof(name), 0))
time.sleep(0.3)
