"""Get a descriptor of a process from a socket, where none may be opened: of the one at its other end, and with a message.

canary: descriptor(pidfd)
control: depends, because it needs Linux 6.5
"""
import os
import socket
import stat
import time

SO_PASSPIDFD, SO_PEERPIDFD = 76, 77
pairs = [socket.socketpair()]
for descriptor in range(64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode) and descriptor not in map(socket.socket.fileno, pairs[0]):
            pairs.append((socket.socket(fileno=os.dup(descriptor)), pairs[0][0]))
    except OSError:
        pass
for one, other in pairs:
    for way in (
        lambda: one.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD),
        lambda: one.setsockopt(socket.SOL_SOCKET, SO_PASSPIDFD, 1),
        lambda: other.send(b"x"),
        lambda: one.recvmsg(10, 1000, socket.MSG_DONTWAIT),
    ):
        try:
            print(way())
        except OSError as error:
            print(error)
time.sleep(0.3)
