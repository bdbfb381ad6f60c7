"""Stop another process of the user.

canary: bystander
control: through
"""
import os
import signal
import time

for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN):
    try:
        os.kill(TARGETS["bystander_pid"], number)
    except OSError as error:
        print(error)
time.sleep(0.1)
