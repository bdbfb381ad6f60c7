"""Ask the kernel about the network's devices, routes and sockets, and its events, by netlink.

canary: socket(netlink)
control: through
"""
import socket
import struct
import time

kept = []
for protocol in (0, 4, 9, 12, 15, 16):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            caller = socket.socket(socket.AF_NETLINK, kind, protocol)
            caller.settimeout(0.1)
            caller.bind((0, 0))
            kept.append(caller)
        except OSError as error:
            print(error)
for caller in kept[:1]:
    try:
        # Ask for all links.
        caller.send(struct.pack("=IHHII", 32, 18, 0x301, 1, 0) + bytes(16))
        print(caller.recv(4096)[:100])
    except OSError as error:
        print(error)
time.sleep(0.3)
