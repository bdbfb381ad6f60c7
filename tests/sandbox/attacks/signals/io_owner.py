"""Have the kernel signal the agent when there is input, by F_SETOWN and F_SETSIG.

canary: agent
control: through
"""
import fcntl
import os
import signal
import socket
import struct
import time

agent = TARGETS["agent_pid"]
SET_OWNER, SET_SIGNAL, SET_OWNER_EX = 8, 10, 15
for command, argument, number in (
    (SET_OWNER, agent, signal.SIGUSR1),
    (SET_OWNER_EX, struct.pack("=ii", 1, agent), signal.SIGUSR2),
    (SET_OWNER_EX, struct.pack("=ii", 0, agent), 0),
):
    here, there = socket.socketpair()
    for way in (
        lambda: fcntl.fcntl(here, command, argument),
        lambda: fcntl.fcntl(here, SET_SIGNAL, int(number)),
        lambda: fcntl.fcntl(here, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK),
        lambda: there.send(b"now"),
    ):
        try:
            way()
        except OSError as error:
            print(error)
time.sleep(0.1)
