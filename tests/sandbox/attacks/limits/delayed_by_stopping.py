"""Stop itself, and what watches it, so that no time seems to pass; and have a child wake it later.

canary: clock, survivors
control: through
limits: seconds=2
"""
import os
import signal
import time

end = time.monotonic() + 5
parent = os.getpid()
try:
    if os.fork() == 0:
        while time.monotonic() < end:
            time.sleep(0.2)
            try:
                os.kill(parent, signal.SIGCONT)
            except OSError:
                pass
        os._exit(0)
    os.kill(parent, signal.SIGSTOP)
except OSError:
    pass
while time.monotonic() < end:
    time.sleep(0.2)
