"""Write to another process's memory by process_vm_writev. It writes what was there.

canary: descriptor(got-through), bystander
control: through as root
"""
import ctypes
import os
import time


class Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


libc = ctypes.CDLL(None, use_errno=True)
pid = TARGETS["bystander_pid"]
here = ctypes.create_string_buffer(8)
end = 0x7FFFFFFFF000
try:
    with open(f"/proc/{pid}/maps") as file:
        end = next(int(line.split()[0].split("-")[1], 16) for line in file if "[stack]" in line)
except OSError as error:
    print(error)
mine, theirs = Part(ctypes.addressof(here), 8), Part(end - 8, 8)
# The last bytes of a stack are zero.
written = libc.process_vm_writev(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
print(written, os.strerror(ctypes.get_errno()))
if written > 0:
    proof = open("got-through", "w")
time.sleep(0.3)
