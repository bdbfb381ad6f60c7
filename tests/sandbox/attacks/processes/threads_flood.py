"""Start two hundred threads, each with a small stack, that never end by themselves.

canary: clock, memory, survivors
control: through
limits: seconds=1
"""
import threading
import time

threading.stack_size(1 << 15)
until = time.monotonic() + 6


def burn():
    while time.monotonic() < until:
        time.sleep(0.05)


for _ in range(200):
    try:
        threading.Thread(target=burn).start()
    except RuntimeError as error:
        print(error)
        break
