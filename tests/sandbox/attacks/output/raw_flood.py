"""Write blocks to stdout by os.write, writev and from threads, past the streams of Python.

canary: output
control: through
limits: seconds=2
"""
import os
import threading
import time

time.sleep(0.1)
end = time.monotonic() + 5
block = b"w" * (1 << 20)


def write() -> None:
    for _ in range(80):
        try:
            os.writev(1, [block, block[:1000], b"\n"])
            os.write(1, block)
        except OSError:
            return
        if time.monotonic() > end:
            return


threads = [threading.Thread(target=write, daemon=True) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(5)
