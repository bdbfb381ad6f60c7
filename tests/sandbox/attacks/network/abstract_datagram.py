"""Send a datagram to a socket that has no file, from a new socket and from one of a pair.

canary: abstract
control: through
"""
import os
import socket

name = TARGETS["abstract_dgram_name"]
name = b"\0" + (name if isinstance(name, bytes) else os.fsencode(name))
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_RAW):
    for way in (
        lambda: socket.socket(socket.AF_UNIX, kind).sendto(b"x", name),
        lambda: socket.socketpair(socket.AF_UNIX, kind)[0].sendto(b"x", name),
        lambda: socket.socketpair(socket.AF_UNIX, kind)[0].sendmsg([b"x"], [], 0, name),
        lambda: socket.socketpair(socket.AF_UNIX, kind)[0].connect(name),
    ):
        try:
            print(way())
        except OSError as error:
            print(error)
