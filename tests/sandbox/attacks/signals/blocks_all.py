"""Block every signal, in each thread, and run on past the end of its time.

canary: clock, survivors
control: through
limits: seconds=1
"""
import signal
import threading
import time

until = time.monotonic() + 6


def run_on():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while time.monotonic() < until:
        time.sleep(0.01)


threading.Thread(target=run_on).start()
run_on()
