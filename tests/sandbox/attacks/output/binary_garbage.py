"""Write bytes that are no text: broken UTF-8, NULs, terminal codes, surrogates, a multi-byte character cut at each block.

canary: output
control: through
limits: seconds=3
"""
import os
import sys

blocks = [
    os.urandom(1 << 16),
    b"\xf0\x9f\x98" * 20_000,
    bytes(1 << 16),
    b"\x1b]0;title\x07\x1b[2J\x1b[31m\r" * 3000,
    b"\xed\xa0\x80\xff\xfe\xc0\x80" * 9000,
    "é\U0001f600\u2028\x85\x0c".encode() * 7000,
]
for number in range(160):
    for descriptor in (1, 2):
        block = blocks[number % len(blocks)]
        try:
            os.write(descriptor, block[number % 7 :])
            os.write(descriptor, block)
        except OSError:
            pass
try:
    sys.stdout.reconfigure(encoding="utf-16", errors="surrogatepass")
    print("\ud800\udfff" * (8 << 20))
except (OSError, ValueError, UnicodeError):
    pass
