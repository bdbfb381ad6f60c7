# selectors, select, poll and epoll over socket pairs and pipes, with non-blocking reading.
# expect: ready ['pipe', 'socket']
# expect: transferred 1000000
# expect: SelectSelector 1 PollSelector 1 EpollSelector 1
# expect: would block BlockingIOError
# expect: closed b''
import os
import select
import selectors
import socket
import threading

ours, theirs = socket.socketpair()
source, sink = os.pipe()
selector = selectors.DefaultSelector()
selector.register(ours, selectors.EVENT_READ, "socket")
selector.register(source, selectors.EVENT_READ, "pipe")
theirs.send(b"x")
os.write(sink, b"y")
print("ready", sorted(key.data for key, _ in selector.select(10)))
os.read(source, 1)
ours.recv(1)
sender = threading.Thread(target=lambda: theirs.sendall(bytes(1_000_000)))
sender.start()
received = 0
ours.setblocking(False)
while received < 1_000_000:
    for key, _ in selector.select(10):
        received += len(ours.recv(65_536))
sender.join()
print("transferred", received)
selector.close()
theirs.send(b"again")
counts = []
for name in ("SelectSelector", "PollSelector", "EpollSelector"):
    with getattr(selectors, name)() as each:
        each.register(ours, selectors.EVENT_READ)
        counts += [name, len(each.select(10))]
print(*counts)
ours.recv(100)
try:
    ours.recv(1)
except BlockingIOError as error:
    print("would block", type(error).__name__)
theirs.close()
select.select([ours], [], [], 10)
print("closed", ours.recv(1))
