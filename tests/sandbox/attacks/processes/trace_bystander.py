"""Trace another process of the user, so that it dies with the tracer.

canary: bystander
control: through as root
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
pid = TARGETS["bystander_pid"]
SEIZE, ATTACH, SET_OPTIONS, DIE_WITH_ME = 0x4206, 16, 0x4200, 0x100000
for request, data in ((SEIZE, DIE_WITH_ME), (ATTACH, 0), (SET_OPTIONS, DIE_WITH_ME)):
    print(libc.ptrace(request, pid, None, ctypes.c_void_p(data)), os.strerror(ctypes.get_errno()))
    time.sleep(0.05)
