"""Flood stderr: by prints, by warnings, by tracebacks of threads, by os.write.

canary: output
control: through
limits: seconds=2
"""
import os
import sys
import threading
import time
import warnings

end = time.monotonic() + 5
block = "e" * (1 << 18)


def fail() -> None:
    raise ValueError(block)


written = 0
while time.monotonic() < end and written < 200 << 20:
    print(block, file=sys.stderr)
    warnings.warn(block + str(written), stacklevel=1)
    try:
        threading.Thread(target=fail).start()
        os.write(2, block.encode() * 4)
    except (OSError, RuntimeError):
        pass
    written += 6 * len(block)
