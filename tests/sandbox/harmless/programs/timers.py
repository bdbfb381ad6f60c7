# signal.alarm and setitimer interrupt a program that waits or computes.
# expect: alarm interrupted a sleep True
# expect: ticks 3
# expect: a busy loop ended by Late
# expect: remaining True
import signal
import time


class Late(Exception):
    pass


def late(number, frame):
    raise Late


signal.signal(signal.SIGALRM, late)
began = time.monotonic()
signal.alarm(1)
try:
    time.sleep(30)
except Late:
    print("alarm interrupted a sleep", time.monotonic() - began < 10)
ticks = []
signal.signal(signal.SIGALRM, lambda number, frame: ticks.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while len(ticks) < 3:
    signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0)
print("ticks", len(ticks[:3]))
signal.signal(signal.SIGVTALRM, late)
signal.setitimer(signal.ITIMER_VIRTUAL, 0.05)
try:
    while True:
        pass
except Late as error:
    print("a busy loop ended by", type(error).__name__)
signal.alarm(100)
print("remaining", 90 < signal.alarm(0) <= 100)
