"""Wait for connections: on an address, on any, on an IPv6 one, and without binding first.

canary: socket(inet)
control: through
"""
import socket
import time

kept = []


def keep(caller: socket.socket) -> socket.socket:
    kept.append(caller)
    return caller


for way in (
    lambda: keep(socket.create_server(("127.0.0.1", 0))),
    lambda: keep(socket.create_server(("", 0), family=socket.AF_INET6)),
    lambda: keep(socket.socket()).listen(),
    lambda: keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind(("127.0.0.1", 0)),
):
    try:
        print(way())
    except (OSError, ValueError) as error:
        print(error)
time.sleep(0.3)
