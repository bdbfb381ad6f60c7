"""Make a program of the scratch folder run with its owner's rights.

canary: special
control: through
"""
import ctypes
import os
import shutil
import struct
import time

how = struct.pack("=QQQ", os.O_CREAT | os.O_WRONLY, 0o6755, 0)
call = ctypes.CDLL(None, use_errno=True).syscall


def named_later() -> int:
    descriptor = os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o4755)
    return call(265, -100, f"/proc/self/fd/{descriptor}".encode(), -100, b"named", 0x400)


open("plain", "w").close()
for way in (
    lambda: os.chmod("plain", 0o4755),
    lambda: os.fchmod(os.open("plain", os.O_RDONLY), 0o6755),
    lambda: os.mknod("node", 0o106755),
    lambda: os.close(os.open("opened", os.O_CREAT | os.O_WRONLY, 0o4755)),
    lambda: os.mkdir("folder", 0o6777),
    lambda: call(452, -100, b"plain", 0o4755, 0),
    lambda: call(437, -100, b"by-openat2", how, ctypes.c_size_t(24)),
    lambda: call(85, b"created", 0o4755),
    named_later,
    lambda: os.posix_fallocate(os.open("large", os.O_CREAT | os.O_RDWR, 0o102755), 0, 10),
    lambda: shutil.copy2("/bin/su", "su"),
):
    try:
        print(way())
    except OSError as error:
        print(error)
time.sleep(0.3)
