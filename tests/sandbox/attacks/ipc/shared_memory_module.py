"""Make shared memory by multiprocessing and by the module beneath it.

canary: shm, survivors
control: through
"""
import os
import time

kept = []


def by_multiprocessing():
    from multiprocessing import resource_tracker
    from multiprocessing.shared_memory import SharedMemory

    # What nobody tracks isn't removed at the end.
    resource_tracker.register = lambda *_: None
    kept.append(SharedMemory(TARGETS["shm_name"], create=True, size=4096))


def by_posix():
    import _posixshmem

    kept.append(_posixshmem.shm_open(f"/{TARGETS['shm_name']}.p", os.O_CREAT | os.O_RDWR, mode=0o600))


for way in (by_multiprocessing, by_posix):
    try:
        way()
    except Exception as error:
        print(error)
time.sleep(0.2)
