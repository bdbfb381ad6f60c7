"""Learn the names of files that come and go in a folder outside, by inotify.

canary: secret_names, descriptor(inotify)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(os.O_NONBLOCK)
print(watch, os.strerror(ctypes.get_errno()))
for path in (TARGETS["secret_names"], "/proc/self/root" + TARGETS["secret_names"]):
    print(libc.inotify_add_watch(watch, path.encode(), 0xFFF))
until = time.monotonic() + 0.4
while time.monotonic() < until:
    try:
        print(os.read(watch, 4096))
    except OSError:
        pass
    time.sleep(0.05)
