"""Connect by sending, where no call is made that connects: TCP's fast open.

canary: tcp
control: through
"""
import ctypes
import socket
import struct

MSG_FASTOPEN, FASTOPEN_CONNECT = 0x20000000, 30
address = (TARGETS["tcp_host"], TARGETS["tcp_port"])


def later() -> int:
    caller = socket.socket()
    caller.setsockopt(socket.IPPROTO_TCP, FASTOPEN_CONNECT, 1)
    caller.connect(address)
    return caller.send(b"x")


def many() -> int:
    caller = socket.socket()
    where = struct.pack("=H", 2) + struct.pack("!H", address[1]) + socket.inet_aton(address[0]) + bytes(8)
    name, text = ctypes.create_string_buffer(where), ctypes.create_string_buffer(b"x")
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(text), 1)
    message = (ctypes.c_size_t * 8)(ctypes.addressof(name), 16, ctypes.addressof(vector), 1, 0, 0, 0, 0)
    return ctypes.CDLL(None).sendmmsg(caller.fileno(), message, 1, MSG_FASTOPEN)


for way in (
    lambda: socket.socket().sendto(b"x", MSG_FASTOPEN, address),
    lambda: socket.socket().sendmsg([b"x"], [], MSG_FASTOPEN, address),
    lambda: socket.socketpair()[0].sendto(b"x", MSG_FASTOPEN, b"\0nobody"),
    later,
    many,
):
    try:
        print(way())
    except Exception as error:
        print(error)
