"""Read another process's memory by process_vm_readv.

canary: bystander
control: through as root
"""
import ctypes
import os


class Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


libc = ctypes.CDLL(None, use_errno=True)
pid = TARGETS["bystander_pid"]
here = ctypes.create_string_buffer(1 << 14)
ends = [0x7FFFFFFFF000]
try:
    with open(f"/proc/{pid}/maps") as file:
        ends += [int(line.split()[0].split("-")[1], 16) for line in file if "[stack]" in line]
except OSError as error:
    print(error)
for end in ends:
    mine, theirs = Part(ctypes.addressof(here), 1 << 14), Part(end - (1 << 14), 1 << 14)
    ctypes.set_errno(0)
    got = libc.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
    print(got, os.strerror(ctypes.get_errno()))
    print(here.raw.replace(b"\0", b"")[-4000:].decode("latin-1"))
