"""Send descriptors of deleted files over a socket pair and close them: no process has them, and they take room.

canary: disk
control: depends, because a file in flight is in no list that the host could look at
"""
import os
import socket
import time

block = b"d" * (8 << 20)
here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
here.setblocking(False)
pairs = [here]
for number in range(45):
    try:
        descriptor = os.open("flying", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink("flying")
        socket.send_fds(here, [b"x"], [descriptor])
        os.write(descriptor, block)
    except OSError:
        try:
            pairs += socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            here = pairs[-1]
        except OSError:
            pass
    finally:
        try:
            os.close(descriptor)
        except OSError:
            pass
time.sleep(0.4)
