"""End at once, and hang in what comes at the end: exit handlers, and threads that are waited for.

canary: clock, survivors
control: through
limits: seconds=2
"""
import atexit
import signal
import threading
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
END = time.monotonic() + 5


def hang() -> None:
    while time.monotonic() < END:
        try:
            time.sleep(1)
        except BaseException:
            pass


for _ in range(3):
    atexit.register(hang)
threading.Thread(target=hang).start()
threading._register_atexit(hang)
