"""Send datagrams, with and without connecting first.

canary: udp
control: through
"""
import socket

address = (TARGETS["udp_host"], TARGETS["udp_port"])


def connected() -> int:
    caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    caller.connect(address)
    return caller.send(b"x")


def by_ipv6() -> int:
    return socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"x", (f"::ffff:{address[0]}", address[1]))


for way in (
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", address),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, address),
    connected,
    by_ipv6,
):
    try:
        print(way())
    except OSError as error:
        print(error)
