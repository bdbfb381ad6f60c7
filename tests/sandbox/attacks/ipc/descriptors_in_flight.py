"""Send descriptors to nobody: those on their way are in no list of open files.

canary: descriptor(got-through)
control: through
"""
import array
import ctypes
import socket
import struct
import time

import _socket

libc = ctypes.CDLL(None, use_errno=True)
here, there = socket.socketpair()
file = open("sent", "w")
rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))]
text = ctypes.create_string_buffer(b"x", 1)
control = ctypes.create_string_buffer(struct.pack("=QiiiI", 20, 1, 1, file.fileno(), 0))
part = ctypes.create_string_buffer(struct.pack("=QQ", ctypes.addressof(text), 1))
message = ctypes.create_string_buffer(
    struct.pack("=QQQQQQQ", 0, 0, ctypes.addressof(part), 1, ctypes.addressof(control), 24, 0)
)
for way in (
    lambda: socket.send_fds(here, [b"x"], [file.fileno()]),
    lambda: _socket.socket.sendmsg(here, [b"x"], rights),
    lambda: libc.sendmsg(here.fileno(), message, 0),
    lambda: libc.sendmmsg(here.fileno(), ctypes.create_string_buffer(message.raw[:56] + bytes(8)), 1, 0),
):
    try:
        if way() > 0:
            proof = open("got-through", "w")
    except OSError as error:
        print(error)
time.sleep(0.3)
