"""Flood each descriptor from 3 on, with lines, without, and with bytes that are no text.

canary: output
control: depends, because a descriptor of whoever watches may be among those it floods
limits: seconds=3
"""
import os
import time

end = time.monotonic() + 4
open_ones = []
for descriptor in range(3, 256):
    try:
        os.fstat(descriptor)
        os.set_blocking(descriptor, False)
        open_ones.append(descriptor)
    except OSError:
        pass
blocks = [b"\n" + b"{" * 65_000 + b"\n", b"\xff\x00\xfe" * 40_000, b'{"kind": "value", "value": "' + b"v" * 65_000, os.urandom(1 << 16)]
sent = 0
while open_ones and time.monotonic() < end and sent < 400 << 20:
    for descriptor in list(open_ones):
        try:
            sent += os.write(descriptor, blocks[sent // 65_000 % 4])
        except BlockingIOError:
            time.sleep(0.0005)
        except OSError:
            open_ones.remove(descriptor)
