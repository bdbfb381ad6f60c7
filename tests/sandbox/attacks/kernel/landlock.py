"""Loosen the rules for files by rules of its own, which allow everything below the root folder.

canary: secret, descriptor(landlock)
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, RESTRICT = 444, 445, 446
HANDLED = (1 << 13) - 1
for size in (8, 16, 24):
    handled = ctypes.create_string_buffer(struct.pack("=QQQ", HANDLED, 0, 0), 24)
    rules = libc.syscall(CREATE, handled, ctypes.c_size_t(size), 0)
    print(rules, os.strerror(ctypes.get_errno()))
    for path in ("/", "."):
        try:
            folder = os.open(path, os.O_PATH)
        except OSError as error:
            print(error)
            continue
        rule = ctypes.create_string_buffer(struct.pack("=Qi", HANDLED, folder), 12)
        print(libc.syscall(ADD, rules, 1, rule, 0), os.strerror(ctypes.get_errno()))
    print(libc.syscall(RESTRICT, rules, 0), os.strerror(ctypes.get_errno()))
try:
    print(open(TARGETS["secret"]).read())
except OSError as error:
    print(error)
time.sleep(0.3)
