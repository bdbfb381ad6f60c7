"""Read and send what is on the wire, below any address.

canary: socket(packet)
control: through as root
"""
import socket
import time

kept = []
for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, 10):
    for protocol in (socket.htons(3), 0):
        try:
            caller = socket.socket(socket.AF_PACKET, kind, protocol)
            kept.append(caller)
            caller.settimeout(0.1)
            print(caller.recv(2000)[:60])
        except OSError as error:
            print(error)
time.sleep(0.3)
