"""Learn names, and get descriptors of files that others open, by fanotify.

canary: secret_names, descriptor(fanotify)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
CREATE_DELETE_OPEN = 0x100 | 0x200 | 0x40000000
NAMES = 0xC00
watch = libc.fanotify_init(NAMES | 2, os.O_RDONLY)
print(watch, os.strerror(ctypes.get_errno()))
folder = TARGETS["secret_names"].encode()
print(libc.fanotify_mark(watch, 1, ctypes.c_uint64(CREATE_DELETE_OPEN), -100, folder))
until = time.monotonic() + 0.4
while time.monotonic() < until:
    try:
        print(os.read(watch, 4096))
    except OSError:
        pass
    time.sleep(0.05)
