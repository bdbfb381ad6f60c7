"""Make a program of the scratch folder run with its owner's rights.

canary: special
control: through
"""
import ctypes
import os
import shutil
import time

open("plain", "w").close()
for way in (
    lambda: os.chmod("plain", 0o4755),
    lambda: os.fchmod(os.open("plain", os.O_RDONLY), 0o6755),
    lambda: os.mknod("node", 0o106755),
    lambda: os.close(os.open("opened", os.O_CREAT | os.O_WRONLY, 0o4755)),
    lambda: os.mkdir("folder", 0o6777),
    lambda: ctypes.CDLL(None).syscall(452, -100, b"plain", 0o4755, 0),
    lambda: shutil.copy2("/bin/su", "su"),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
