"""Print without an end, until something stops it.

canary: output
control: through
limits: seconds=2
"""
import time

time.sleep(0.1)
end = time.monotonic() + 5
line = "flood " * 4000
written = 0
while time.monotonic() < end and written < 300 << 20:
    print(line)
    written += len(line)
