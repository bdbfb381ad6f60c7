"""Make a network device of its own, and open the devices that lead to a network.

canary: descriptor(net/tun), descriptor(/dev/vhost), descriptor(/dev/ppp)
control: depends, because not every machine has these devices
"""
import fcntl
import os
import struct
import time

kept = []
for path in ("/dev/net/tun", "/dev/vhost-net", "/dev/vhost-vsock", "/dev/ppp", "/dev/net/tap0"):
    try:
        kept.append(os.open(path, os.O_RDWR))
        # A device that is gone when the descriptor is.
        print(fcntl.ioctl(kept[-1], 0x400454CA, struct.pack("16sH22x", b"attack%d", 0x1001)))
    except OSError as error:
        print(error)
time.sleep(0.3)
