"""Hand the streams' pipes a larger room, fill them by splice and sendfile from a file, and keep them full at the end.

canary: output
control: through
limits: seconds=3
"""
import fcntl
import os
import time

with open("block", "wb") as file:
    file.write(b"f" * (8 << 20))
source = os.open("block", os.O_RDONLY)
end = time.monotonic() + 3
for descriptor in (1, 2):
    try:
        fcntl.fcntl(descriptor, 1031, 1 << 20)
    except OSError:
        pass
    sent = 0
    while sent < 120 << 20 and time.monotonic() < end:
        try:
            offset = sent % (8 << 20)
            sent += os.splice(source, descriptor, 1 << 20, offset_src=offset) or 1 << 20
        except (OSError, AttributeError):
            try:
                sent += os.sendfile(descriptor, source, sent % (8 << 20), 1 << 20) or 1 << 20
            except OSError:
                break
os.write(1, b"end" * 1000)
