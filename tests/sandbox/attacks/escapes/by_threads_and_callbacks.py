"""Read a file from other threads, which confinement of one thread would not hold: of Python, of the C library, by callbacks.

canary: secret
control: through
"""
import _thread
import concurrent.futures
import ctypes
import os
import signal
import threading
import time

secret = TARGETS["secret"]
libc = ctypes.CDLL(None, use_errno=True)


def leak(*_: object) -> int:
    try:
        os.write(1, os.read(os.open(secret, os.O_RDONLY), 100))
    except OSError as error:
        os.write(1, str(error).encode())
    return 0


callback = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(leak)
compared = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(leak)
number = ctypes.c_ulong()
for way in (
    lambda: threading.Thread(target=leak).start(),
    lambda: _thread.start_new_thread(leak, ()),
    lambda: concurrent.futures.ThreadPoolExecutor(2).submit(leak).result(),
    lambda: libc.pthread_create(ctypes.byref(number), None, callback, None),
    lambda: libc.qsort((ctypes.c_int * 2)(2, 1), 2, 4, compared),
    lambda: signal.signal(signal.SIGALRM, leak) and signal.setitimer(signal.ITIMER_REAL, 0.05),
    lambda: ctypes.pythonapi.Py_AddPendingCall(callback, None),
):
    try:
        print(way())
    except Exception as error:
        print(repr(error))
time.sleep(0.2)
