"""Fill socket pairs' buffers, enlarged as far as they go, with messages that nobody reads.

canary: memory
control: held, because what is in the kernel's buffers is in no process's memory; the run's open files bound it
"""
import resource
import socket
import time

try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
except (OSError, ValueError):
    pass
kept = []
for number in range(200):
    try:
        kind = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET)[number % 3]
        pair = socket.socketpair(socket.AF_UNIX, kind)
        kept.append(pair)
        for option in (socket.SO_SNDBUF, 32, socket.SO_RCVBUF, 33):
            try:
                pair[0].setsockopt(socket.SOL_SOCKET, option, 1 << 30)
            except OSError:
                pass
        pair[0].setblocking(False)
        for _ in range(64):
            pair[0].send(b"b" * (1 << 16))
    except OSError:
        if number and len(kept) < number // 2:
            break
time.sleep(0.3)
