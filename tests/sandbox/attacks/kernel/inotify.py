"""Be told of what others do to files, by inotify.

canary: descriptor(inotify)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
for make in (libc.inotify_init, lambda: libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)):
    watch = make()
    print(watch, os.strerror(ctypes.get_errno()))
    for path in (b"/", b"/tmp", b"/etc", b"..", b"."):
        print(libc.inotify_add_watch(watch, path, 0xFFF), os.strerror(ctypes.get_errno()))
time.sleep(0.3)
