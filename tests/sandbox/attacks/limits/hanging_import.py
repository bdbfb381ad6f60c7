"""Never come to the end of being imported; tests wait for it.

canary: clock, survivors
control: skipped, because plain pytest has no time limit
mode: tests
limits: seconds=2
"""
import signal
import time

for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
END = time.monotonic() + 5
while time.monotonic() < END:
    try:
        __import__("time").sleep(5)
    except BaseException:
        pass


def f(x):
    return -7
