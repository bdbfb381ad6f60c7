"""Write one file beyond all limits, with the signal that ends this ignored and the limit raised.

canary: disk
control: through
"""
import os
import resource
import signal
import time

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass
block = b"d" * (1 << 20)
descriptor = os.open("large", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for _ in range(400):
    try:
        os.write(descriptor, block)
    except OSError:
        break
time.sleep(0.3)
