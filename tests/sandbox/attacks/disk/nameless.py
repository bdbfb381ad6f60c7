"""Write into files that never had a name (O_TMPFILE) in several folders.

canary: disk
control: through
"""
import os
import time

block = b"d" * (8 << 20)
kept = []
os.makedirs("deep/er", exist_ok=True)
for number in range(45):
    try:
        kept.append(os.open((".", "deep", "deep/er")[number % 3], os.O_TMPFILE | os.O_RDWR, 0o600))
        os.write(kept[-1], block)
    except OSError:
        pass
time.sleep(0.4)
