"""Leave the machine's namespaces for new ones, of each kind.

canary: namespaces
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 272}.get(os.uname().machine, 97)
KINDS = {
    "mounts": 0x20000,
    "names": 0x4000000,
    "IPC": 0x8000000,
    "network": 0x40000000,
    "processes": 0x20000000,
    "control groups": 0x2000000,
    "time": 0x80,
    "files": 0x400,
}
for name, flag in KINDS.items():
    for way in (lambda: libc.unshare(flag), lambda: libc.syscall(number, ctypes.c_ulong(flag | 1 << 32))):
        print(name, way(), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
