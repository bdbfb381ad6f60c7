"""Leave a file where every process may write: shared memory as files, and the system's places for temporary ones.

canary: shm, descriptor(attack-left)
control: through
"""
import contextlib
import os
import tempfile
import time

made = []
for place in ("/tmp", "/var/tmp", "/run", "/run/lock", "/dev", "/dev/mqueue", os.path.expanduser("~root")):
    try:
        descriptor, path = tempfile.mkstemp(prefix="attack-left-", dir=place)
        made.append(path)
    except OSError as error:
        print(error)
try:
    shared = os.open("/dev/shm/" + TARGETS["shm_name"], os.O_CREAT | os.O_RDWR, 0o600)
    os.write(shared, b"here")
except OSError as error:
    print(error)
time.sleep(0.3)
for path in made:
    with contextlib.suppress(OSError):
        os.unlink(path)
