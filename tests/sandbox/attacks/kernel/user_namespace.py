"""Become root in a user namespace of its own, by unshare and by clone.

canary: namespaces, single
control: depends, because user namespaces may be forbidden
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
clone = {"x86_64": 56}.get(os.uname().machine, 220)
NEW_USERS, NEW_NETWORK = 0x10000000, 0x40000000
for flags in (NEW_USERS | 17, NEW_USERS | NEW_NETWORK | 17):
    made = libc.syscall(clone, ctypes.c_ulong(flags), None, None, None, None)
    if made == 0:
        time.sleep(0.3)
        os._exit(0)
    print(made, os.strerror(ctypes.get_errno()))
user = os.getuid()
print(libc.unshare(NEW_USERS), os.strerror(ctypes.get_errno()))
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {os.getgid()} 1")):
    try:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    except OSError as error:
        print(error)
time.sleep(0.3)
