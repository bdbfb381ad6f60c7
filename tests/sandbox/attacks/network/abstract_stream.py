"""Connect to a server's socket that has no file, only a name.

canary: abstract
control: through
"""
import os
import socket

name = TARGETS["abstract_name"]
name = b"\0" + (name if isinstance(name, bytes) else os.fsencode(name))


def of_a_pair() -> object:
    one, other = socket.socketpair()
    other.close()
    return one.connect(name)


for way in (
    lambda: socket.socket(socket.AF_UNIX).connect(name),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(name),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK).connect_ex(name),
    of_a_pair,
):
    try:
        print(way())
    except OSError as error:
        print(error)
