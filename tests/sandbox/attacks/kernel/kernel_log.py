"""Read the kernel's log, by syslog and by /dev/kmsg.

canary: descriptor(got-through, kmsg), host
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
READ_ALL, UNREAD, SIZE = 3, 9, 10
buffer = ctypes.create_string_buffer(1 << 14)
for kind in (READ_ALL, UNREAD, SIZE):
    result = libc.klogctl(kind, buffer, 1 << 14)
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
for path in ("/dev/kmsg", "/proc/kmsg"):
    try:
        print(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        print(error)
time.sleep(0.3)
