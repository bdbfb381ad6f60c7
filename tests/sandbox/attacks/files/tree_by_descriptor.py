"""Get a tree of folders as a detached mount, by open_tree, fspick and fsopen, and read in it.

canary: secret
control: through
"""
import ctypes
import os

call = ctypes.CDLL(None, use_errno=True).syscall
OPEN_TREE, FSOPEN, FSCONFIG, FSMOUNT, FSPICK = 428, 430, 431, 432, 433
CLONE, RECURSIVE = 1, 0x8000
for flags in (CLONE, CLONE | RECURSIVE, 0):
    tree = call(OPEN_TREE, -100, TARGETS["secret_folder"].encode(), flags)
    print(tree, os.strerror(ctypes.get_errno()))
    try:
        print(os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=tree), 100))
    except OSError as error:
        print(error)
system = call(FSOPEN, b"proc", 0)
print(system, call(FSCONFIG, system, 6, None, None, 0), call(FSPICK, -100, b"/", 0))
mounted = call(FSMOUNT, system, 0, 0)
try:
    path = "self/root" + TARGETS["secret"]
    print(os.read(os.open(path, os.O_RDONLY, dir_fd=mounted), 100))
except OSError as error:
    print(error)
