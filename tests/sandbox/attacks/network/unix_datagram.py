"""Send a datagram to a socket in the file system, from a new socket and from one of a pair.

canary: unix
control: through
"""
import os
import socket

path = TARGETS["unix_dgram_path"]


def new() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def of_a_pair() -> socket.socket:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]


for make in (new, of_a_pair):
    for way in (
        lambda: make().sendto(b"x", path),
        lambda: make().sendmsg([b"x"], [], 0, path),
        lambda: make().connect(path),
        lambda: make().sendto(b"x", f"/proc/self/fd/{os.open(path, os.O_PATH)}"),
    ):
        try:
            print(way())
        except OSError as error:
            print(error)
