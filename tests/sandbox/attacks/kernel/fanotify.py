"""Be told of what others do to files, by fanotify, with each class of it.

canary: descriptor(fanotify)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
CONTENT, REPORT_FILES, REPORT_PROCESSES = 4, 0x200, 0x80
MARK_ADD, MOUNT, MODIFIED = 1, 0x10, 2
for flags in (0, CONTENT, REPORT_FILES, REPORT_PROCESSES):
    group = libc.fanotify_init(flags, os.O_RDONLY)
    print(group, os.strerror(ctypes.get_errno()))
    if group >= 0:
        marked = libc.fanotify_mark(group, MARK_ADD, ctypes.c_uint64(MODIFIED), -100, b".")
        print(marked, os.strerror(ctypes.get_errno()))
time.sleep(0.3)
