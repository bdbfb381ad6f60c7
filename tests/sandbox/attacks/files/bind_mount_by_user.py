"""Mount a folder outside into the scratch folder, as the root of a user namespace of its own, and write through it.

canary: untouched, secret
control: depends, because the kernel may be set to allow no such namespaces
"""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
PRIVATE, RECURSIVE, BIND, REMOUNT = 1 << 18, 1 << 14, 1 << 12, 1 << 5
for name in ("folder", "private", "system"):
    os.mkdir(name)
own = libc.unshare(NEW_MOUNTS | NEW_USERS) == 0
print(own, os.strerror(ctypes.get_errno()))
# Without a namespace of its own nothing is mounted: it would be the machine's.
if own and libc.mount(None, b"/", None, PRIVATE | RECURSIVE, None) == 0:
    print(libc.mount(TARGETS["folder"].encode(), b"folder", None, BIND, None))
    print(libc.mount(TARGETS["secret_folder"].encode(), b"private", None, BIND, None))
    print(libc.mount(b"proc", b"system", b"proc", 0, None))
for way in (
    lambda: open("folder/keep.txt", "a").write("changed"),
    lambda: open("private/secret.txt").read(),
    lambda: open(f"system/self/root{TARGETS['secret']}").read(),
):
    try:
        print(way())
    except OSError as error:
        print(error)
