"""Make sockets that send packets with any header, and an echo request.

canary: socket(raw)
control: through as root
"""
import socket
import time

kept = []
for family in (socket.AF_INET, socket.AF_INET6):
    for protocol in (1, 6, 17, 58, 255):
        try:
            kept.append(socket.socket(family, socket.SOCK_RAW, protocol))
        except OSError as error:
            print(error)
for caller in kept[:1]:
    try:
        print(caller.sendto(b"\x08\x00\xf7\xff" + bytes(4), ("127.0.0.1", 0)))
    except OSError as error:
        print(error)
time.sleep(0.3)
