"""Type into a terminal: TIOCSTI and TIOCLINUX on its own streams, and on a terminal that it makes.

canary: descriptor(ptmx, /pts/, /dev/tty)
control: through
"""
import fcntl
import os
import time

INPUT, LINUX, CONTROLLING, PEER = 0x5412, 0x541C, 0x540E, 0x5441
for way in (
    os.openpty,
    lambda: os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY),
    lambda: os.open("/dev/pts/ptmx", os.O_RDWR | os.O_NOCTTY),
    lambda: os.open("/dev/tty", os.O_RDWR),
):
    try:
        print(way())
    except OSError as error:
        print(error)
for descriptor in range(3):
    for command in (INPUT, INPUT | 1 << 32, LINUX, CONTROLLING, PEER):
        try:
            print(fcntl.ioctl(descriptor, command & 0xFFFFFFFF, b"\0"))
        except OSError as error:
            print(error)
time.sleep(0.3)
