"""Use up processor time in threads that compute in C without the interpreter's lock, within the wall time.

canary: clock
control: through
limits: seconds=8, cpu_seconds=1
"""
import hashlib
import threading
import time

end = time.monotonic() + 6
block = b"b" * (1 << 22)


def burn() -> None:
    while time.monotonic() < end:
        hashlib.sha256(block)


threads = []
for _ in range(8):
    try:
        threads.append(threading.Thread(target=burn, daemon=True))
        threads[-1].start()
    except RuntimeError:
        break
while time.monotonic() < end:
    hashlib.sha256(block)
