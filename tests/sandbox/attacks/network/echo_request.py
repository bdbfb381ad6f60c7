"""Send an echo request by a socket that needs no rights, to whom a datagram can't be sent.

canary: socket(inet)
control: depends, because the kernel may keep such sockets from all users
"""
import socket
import time

kept = []
for family, protocol, host in ((socket.AF_INET, 1, "127.0.0.1"), (socket.AF_INET6, 58, "::1")):
    try:
        caller = socket.socket(family, socket.SOCK_DGRAM, protocol)
        kept.append(caller)
        print(caller.sendto(b"\x08\x00\x00\x00" + bytes(4), (host, 0)))
    except OSError as error:
        print(error)
time.sleep(0.3)
