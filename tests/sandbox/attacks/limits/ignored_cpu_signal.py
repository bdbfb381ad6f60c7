"""Ignore, block and handle the signal that says that the processor time is up, and go on in C.

canary: clock
control: through
limits: seconds=8, cpu_seconds=1
"""
import signal
import time
import zlib

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXCPU, signal.SIGTERM, signal.SIGPROF, signal.SIGVTALRM})
for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGPROF):
    signal.signal(number, signal.SIG_IGN)
end = time.monotonic() + 5
block = bytes(range(256)) * 4000
while time.monotonic() < end:
    zlib.compress(block, 9)
