"""Outlive the end of its time with every signal ignored, while exceptions are swallowed.

canary: clock, survivors
control: through
limits: seconds=1
"""
import signal
import time

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
until = time.monotonic() + 6
while time.monotonic() < until:
    try:
        time.sleep(6)
    except BaseException as error:
        print(error)
