"""Crash by each signal that dumps a core, with the bound of its size raised, so that something is left.

canary: leftovers, survivors, clock
control: held, because a crash ends nothing but itself
"""
import ctypes
import faulthandler
import os
import resource
import signal
import threading

faulthandler.disable()
for bound in ((resource.RLIM_INFINITY,) * 2, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, bound)
    except (OSError, ValueError) as error:
        print(error)
for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
    try:
        signal.signal(number, signal.SIG_DFL)
        threading.Thread(target=os.kill, args=(os.getpid(), number)).start()
    except OSError as error:
        print(error)
ctypes.string_at(8)
