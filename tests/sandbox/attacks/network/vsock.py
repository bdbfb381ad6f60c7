"""Connect to the machine below a virtual one, and to this one, by vsock.

canary: vsock, socket(vsock)
control: depends, because not every kernel has vsock
limits: seconds=4
"""
import os
import socket
import time

kept = []
for number in (1, 2, 3):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            caller = socket.socket(socket.AF_VSOCK, kind)
            kept.append(caller)
            caller.settimeout(0.1)
            # Only this machine is called: 1 is itself, and a port that nobody has elsewhere.
            caller.connect((number, TARGETS["vsock_port"])) if number == 1 else caller.bind((0xFFFFFFFF, 0xFFFFFFFF))
            print(caller.send(b"x"))
        except OSError as error:
            print(error)
try:
    kept.append(os.open("/dev/vsock", os.O_RDONLY))
except OSError as error:
    print(error)
time.sleep(0.3)
