"""Signal the agent itself.

canary: agent
control: through
"""
import os
import signal
import time

for number in (signal.SIGUSR1, signal.SIGURG, signal.SIGIO, signal.SIGHUP, signal.SIGTERM):
    try:
        os.kill(TARGETS["agent_pid"], number)
    except OSError as error:
        print(error)
time.sleep(0.1)
