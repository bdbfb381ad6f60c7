"""Sleep far past the time limit, with each signal that could wake it held back.

canary: clock
control: through
limits: seconds=2
"""
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGXCPU, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
end = time.monotonic() + 5
while time.monotonic() < end:
    try:
        time.sleep(5)
    except BaseException:
        pass
