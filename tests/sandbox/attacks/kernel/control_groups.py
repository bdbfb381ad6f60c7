"""Make a control group, in which a process is out of sight of who bounds its own.

canary: descriptor(got-through)
control: depends, because there may be no folder of control groups that can be written to
"""
import os
import time

made = []
for parent in ("", "/memory", "/pids", "/unified", "/systemd"):
    path = f"/sys/fs/cgroup{parent}/{TARGETS['marker']}"
    try:
        os.mkdir(path)
        made.append(path)
        proof = open("got-through", "w")
    except OSError as error:
        print(error)
time.sleep(0.3)
for path in made:
    os.rmdir(path)
