"""Start programs by posix_spawn, spawnv, and the C library's system and popen.

canary: single
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.posix_spawn("/bin/sleep", ["sleep", "0.3"], {}),
    lambda: os.posix_spawnp("sleep", ["sleep", "0.3"], {"PATH": "/bin"}, setpgroup=0),
    lambda: os.spawnv(os.P_NOWAIT, "/bin/sleep", ["sleep", "0.3"]),
    lambda: libc.popen(b"sleep 0.3", b"w"),
    lambda: libc.system(b"sleep 0.2"),
):
    try:
        print(way())
    except Exception as error:
        print(error)
time.sleep(0.2)
