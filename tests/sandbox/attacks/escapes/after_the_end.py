"""Run code when the run is believed to be over: exit handlers, threads, finalizers, streams that are flushed last.

canary: secret
control: through
"""
import atexit
import os
import sys
import threading
import time
import weakref

secret = TARGETS["secret"]


def leak(*_: object) -> None:
    try:
        os.write(1, os.read(os.open(secret, os.O_RDONLY), 100))
    except OSError as error:
        os.write(1, str(error).encode())


class Flushed:
    """A stream that does something when it is flushed."""

    encoding = "utf-8"
    flush = write = leak


class Kept:
    """Does something when it goes."""

    __del__ = leak


kept = Kept()
weakref.finalize(kept, leak)
atexit.register(leak)
threading._register_atexit(leak)
threading.Thread(target=lambda: (time.sleep(0.2), leak())).start()
threading.excepthook = sys.excepthook = sys.unraisablehook = leak
sys.setprofile(lambda *_: None)
sys.stdout = Flushed()
raise RuntimeError(kept)
