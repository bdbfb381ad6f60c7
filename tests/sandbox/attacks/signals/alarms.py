"""Be interrupted by timers a thousand times a second, so that no waiting call of its own ever ends in time.

canary: clock, survivors
control: through
limits: seconds=1
"""
import signal
import time

until = time.monotonic() + 6
for timer, number in ((signal.ITIMER_REAL, signal.SIGALRM), (signal.ITIMER_PROF, signal.SIGPROF)):
    signal.signal(number, lambda *_: None)
    signal.setitimer(timer, 0.001, 0.001)
while time.monotonic() < until:
    time.sleep(0.5)
