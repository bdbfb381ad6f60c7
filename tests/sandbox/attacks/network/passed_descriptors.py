"""Send a descriptor over each socket that the run was started with, and take those that come.

canary: tcp, secret
control: held, because no socket of the run leads to another process
"""
import os
import socket
import stat

address = (TARGETS["tcp_host"], TARGETS["tcp_port"])
one, other = socket.socketpair()
for descriptor in range(64):
    if descriptor in (one.fileno(), other.fileno()):
        continue
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            continue
        found = socket.socket(fileno=os.dup(descriptor))
        found.setblocking(False)
    except OSError:
        continue
    for way in (
        lambda: socket.send_fds(found, [b"x"], [one.fileno()]),
        lambda: [os.pread(taken, 100, 0) for taken in socket.recv_fds(found, 100, 20)[1]],
        lambda: found.connect(address),
        lambda: found.connect(TARGETS["secret"]),
    ):
        try:
            print(way())
        except OSError as error:
            print(error)
