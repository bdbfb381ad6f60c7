"""Stop itself and its group, so that nothing in it can end it.

canary: clock, survivors
control: through
limits: seconds=1
"""
import os
import signal
import time

for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGSTOP):
    try:
        os.kill(os.getpid(), number)
    except OSError as error:
        print(error)
time.sleep(6)
