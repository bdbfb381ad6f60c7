"""Enter the namespaces of other processes, by their files in /proc and by a descriptor of the process.

canary: descriptor(got-through)
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
own = ("net", "uts", "ipc", "cgroup", "mnt", "pid")
kept = []
for pid in (1, os.getppid(), "self"):
    for kind in own:
        try:
            kept.append(os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY))
        except OSError as error:
            print(error)
kept.append(libc.syscall(434, os.getppid(), 0))
for descriptor in kept:
    for kind in (0, 0x4000000):
        entered = libc.setns(descriptor, kind)
        print(entered, os.strerror(ctypes.get_errno()))
        if entered == 0:
            proof = open("got-through", "w")
time.sleep(0.3)
