"""Write a little, again and again, until the time is up, and go on in a child when the first process is gone.

canary: output, clock
control: through
limits: seconds=2
"""
import os
import signal
import time

for number in (signal.SIGTERM, signal.SIGPIPE, signal.SIGXCPU, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
end = time.monotonic() + 6
try:
    if os.fork():
        end -= 3
except OSError:
    pass
while time.monotonic() < end:
    for descriptor in (1, 2):
        try:
            os.write(descriptor, b"drip\n" * 400)
        except OSError:
            pass
    time.sleep(0.002)
