"""Make a file system that is mounted nowhere, and copy the machine's mounts: fsopen, fsmount, open_tree.

canary: descriptor(fscontext, got-through)
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
OPEN_TREE, MOVE, OPEN, CONFIGURE, MOUNT, PICK = range(428, 434)
CREATE = 6
CLONE, RECURSIVE, EMPTY_PATH = 1, 0x8000, 4
context = libc.syscall(OPEN, b"tmpfs", 0)
print(context, os.strerror(ctypes.get_errno()))
print(libc.syscall(CONFIGURE, context, CREATE, None, None, 0), os.strerror(ctypes.get_errno()))
made = libc.syscall(MOUNT, context, 0, 0)
print(made, os.strerror(ctypes.get_errno()))
copied = libc.syscall(OPEN_TREE, -100, b"/", CLONE | RECURSIVE)
print(copied, os.strerror(ctypes.get_errno()))
if copied >= 0 or made >= 0:
    proof = open("got-through", "w")
else:
    # Only where nothing has come of it yet: a mount in the scratch folder would be the machine's.
    print(libc.syscall(MOVE, -1, b"", -100, b"sub", EMPTY_PATH), os.strerror(ctypes.get_errno()))
    print(libc.syscall(PICK, -100, b".", 0), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
