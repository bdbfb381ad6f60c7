"""Connect to a server, by the plain ways.

canary: tcp
control: through
"""
import errno
import select
import socket

address = (TARGETS["tcp_host"], TARGETS["tcp_port"])


def waiting() -> object:
    caller = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    print(errno.errorcode.get(caller.connect_ex(address)))
    select.select([], [caller], [], 0.3)
    return caller.send(b"x")


for way in (
    lambda: socket.create_connection(address, 0.3),
    lambda: socket.socket().connect(address),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP).connect_ex(address),
    lambda: socket.create_connection(("localhost", address[1]), 0.3),
    waiting,
):
    try:
        print(way())
    except OSError as error:
        print(error)
