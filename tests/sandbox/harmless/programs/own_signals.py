# A program signals itself: handlers, masks, KeyboardInterrupt, waiting for a signal, a wake-up descriptor.
# expect: handled [10, 12]
# expect: interrupted KeyboardInterrupt
# expect: masked [] then [10]
# expect: waited SIGUSR2
# expect: woken b'\n'
# expect: alive True
import os
import signal
import socket

seen = []
for number in (signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, lambda number, frame: seen.append(number))
signal.raise_signal(signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR2)
print("handled", [int(number) for number in seen])
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt as error:
    print("interrupted", type(error).__name__)
seen.clear()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
signal.raise_signal(signal.SIGUSR1)
before = list(map(int, seen))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
print("masked", before, "then", list(map(int, seen)))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
signal.raise_signal(signal.SIGUSR2)
print("waited", signal.Signals(signal.sigwait({signal.SIGUSR2})).name)
ours, theirs = socket.socketpair()
theirs.setblocking(False)
signal.set_wakeup_fd(theirs.fileno())
signal.raise_signal(signal.SIGUSR1)
signal.set_wakeup_fd(-1)
print("woken", ours.recv(10))
os.kill(os.getpid(), 0)
print("alive", True)
