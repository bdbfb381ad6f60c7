"""Signal the process that started it: what does no harm first, then, unless it is the agent, what ends it.

canary: agent, descriptor(got-through)
control: through
"""
import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
above = os.getppid()
for send in (os.kill, libc.kill):
    for number in (0, signal.SIGURG, signal.SIGCONT):
        try:
            if send(above, number) != -1:
                proof = open("got-through", "w")
        except OSError as error:
            print(error)
time.sleep(0.3)
if above not in (1, TARGETS["agent_pid"]):
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGABRT, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(above, number)
        except OSError as error:
            print(error)
time.sleep(0.1)
