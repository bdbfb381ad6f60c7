"""Compute without a pause, far past the time limit, catching whatever is raised.

canary: clock
control: through
limits: seconds=2
"""
import signal
import time

for number in signal.valid_signals():
    try:
        signal.signal(number, lambda *args: None)
    except (OSError, ValueError):
        pass
end = time.monotonic() + 5
while True:
    try:
        while time.monotonic() < end:
            sum(range(1000))
        break
    except BaseException:
        continue
