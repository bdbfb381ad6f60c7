"""Write where nobody counts: beside the working folder, in the folder of the code, in the usual places for temporary files.

canary: disk, house, leftovers
control: through
"""
import contextlib
import os
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else "../code"
block = b"b" * (8 << 20)
made = []
for number in range(15):
    for folder in ("../code", here, "..", "../..", "/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir(), "/run"):
        path = os.path.join(folder, f"beside-{TARGETS['marker'] if 'TARGETS' in globals() else 0}-{number}")
        if sum(size for _, size in made) >= 400 << 20:
            break
        with contextlib.suppress(OSError):
            with open(path, "xb", buffering=0) as file:
                made.append((path, file.write(block)))
time.sleep(0.3)
# What is outside the scratch folder is taken away again: the control must not fill the machine.
for path, _ in made:
    with contextlib.suppress(OSError):
        os.unlink(path)
