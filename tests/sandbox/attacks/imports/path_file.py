"""Put a .pth file, whose lines every new interpreter runs, into each folder that is searched for one.

canary: descriptor(attack-left)
control: depends, because the folders may belong to another user
"""
import contextlib
import os
import site
import sys
import sysconfig
import time

folders = {*site.getsitepackages(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *sys.path}
kept = []
for folder in sorted(folders):
    path = os.path.join(folder or ".", "attack-left.pth")
    try:
        # Held open for whoever looks, and gone afterwards: without a wall this is the machine's own Python.
        kept.append((os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), path))
        os.unlink(path)
    except OSError as error:
        print(error)
time.sleep(0.3)
for descriptor, path in kept:
    with contextlib.suppress(OSError):
        os.unlink(path)
