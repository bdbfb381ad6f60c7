# Gathered and scattered messages over a pair of sockets, as asyncio sends them from Python 3.12 on.
# expect: gathered 6 b'abcdef'
# expect: scattered 6 b'gh' b'ijkl'
# expect: large 500000 True
import socket
import threading

ours, theirs = socket.socketpair()
print("gathered", ours.sendmsg([b"abc", bytearray(b"de"), memoryview(b"f")]), theirs.recvmsg(100)[0])
ours.sendmsg([b"gh", b"ij", b"kl"])
first, second = bytearray(2), bytearray(4)
print("scattered", theirs.recvmsg_into([first, second])[0], bytes(first), bytes(second))
parts = [bytes([number]) * 50_000 for number in range(10)]


def send():
    waiting = memoryview(b"".join(parts))
    while waiting:
        waiting = waiting[ours.sendmsg([waiting[:1000], waiting[1000:9000]]) :]
    ours.close()


thread = threading.Thread(target=send)
thread.start()
received = bytearray()
while data := theirs.recv(65_536):
    received += data
thread.join()
print("large", len(received), received == b"".join(parts))
