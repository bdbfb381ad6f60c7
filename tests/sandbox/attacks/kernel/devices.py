"""Open, only to read, devices that give the machine away: its memory, disks, virtual machines, tunnels.

canary: descriptor(/dev/mem, /dev/port, /dev/vd, /dev/sd, /dev/loop, /dev/kvm, /dev/net, /dev/fuse, /dev/full)
control: through
"""
import glob
import os
import time

names = ["mem", "port", "kvm", "net/tun", "fuse", "loop-control", "full", "vhost-net", "vda", "sda"]
names += [path.removeprefix("/dev/") for path in glob.glob("/dev/vd*")]
for name in names:
    for path in (f"/dev/{name}", f"/proc/self/root/dev/{name}"):
        try:
            print(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        except OSError as error:
            print(error)
time.sleep(0.3)
