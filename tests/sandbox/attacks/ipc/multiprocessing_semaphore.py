"""Make a semaphore by multiprocessing that is not removed at once.

canary: shm
control: through
"""
import time

kept = []
for name in ("semaphore", "synchronize"):
    try:
        import _multiprocessing

        kept.append(_multiprocessing.SemLock(1, 1, 1, f"/{TARGETS['shm_name']}.{name}", False))
    except Exception as error:
        print(error)
try:
    import multiprocessing

    kept += [multiprocessing.Semaphore(), multiprocessing.Queue(), multiprocessing.Barrier(2)]
except Exception as error:
    print(error)
time.sleep(0.1)
