"""Have the kernel signal the agent when there is input, by FIOSETOWN, SIOCSPGRP and FIOASYNC.

canary: agent
control: through
"""
import fcntl
import os
import socket
import struct
import time

agent = struct.pack("=i", TARGETS["agent_pid"])
SET_OWNER, SET_GROUP, ASYNC = 0x8901, 0x8902, 0x5452
for command in (SET_OWNER, SET_GROUP, SET_OWNER | 1 << 31):
    here, there = socket.socketpair()
    for way in (
        lambda: fcntl.ioctl(here, command, agent),
        lambda: fcntl.ioctl(here, ASYNC, struct.pack("=i", 1)),
        lambda: fcntl.fcntl(here, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK),
        lambda: there.send(b"now"),
    ):
        try:
            way()
        except OSError as error:
            print(error)
time.sleep(0.1)
