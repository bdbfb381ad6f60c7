"""Have the kernel signal the agent when a folder changes or a file is opened: F_NOTIFY and F_SETLEASE.

canary: agent
control: through
"""
import fcntl
import os
import signal
import time

agent = TARGETS["agent_pid"]
SET_OWNER, SET_SIGNAL = 8, 10
open("leased", "w").close()
folder = os.open(".", os.O_RDONLY)
leased = os.open("leased", os.O_RDONLY)
for descriptor, command, argument in ((folder, fcntl.F_NOTIFY, 0x8000003F), (leased, fcntl.F_SETLEASE, 0)):
    for way in (
        lambda: fcntl.fcntl(descriptor, SET_SIGNAL, signal.SIGUSR1),
        lambda: fcntl.fcntl(descriptor, command, argument - (1 << 32) if argument >> 31 else argument),
        lambda: fcntl.fcntl(descriptor, SET_OWNER, agent),
    ):
        try:
            way()
        except OSError as error:
            print(error)
for way in (
    lambda: open("new", "w").close(),
    lambda: os.open("leased", os.O_WRONLY | os.O_NONBLOCK),
):
    try:
        way()
    except OSError as error:
        print(error)
time.sleep(0.1)
