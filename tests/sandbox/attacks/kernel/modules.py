"""Load a module into the kernel, and another kernel. Neither is one, which who may load them is told.

canary: descriptor(got-through), host
control: depends, because the kernel may have no modules
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
init, finit, delete, kexec, kexec_file = {"x86_64": (175, 313, 176, 246, 320)}.get(
    os.uname().machine, (105, 273, 106, 104, 294)
)
image = open("image", "w+b")
image.write(b"no module" * 100)
image.flush()
for call in (
    (init, image.name.encode() * 20, ctypes.c_ulong(100), b""),
    (finit, image.fileno(), b"", 0),
    (delete, b"attack_no_such_module", 0x800),
    (kexec, 0, ctypes.c_ulong(99), None, ctypes.c_ulong(0x7FFF0000)),
    (kexec_file, image.fileno(), image.fileno(), ctypes.c_ulong(0), b"", ctypes.c_ulong(0x8000)),
):
    ctypes.set_errno(0)
    result = libc.syscall(*call)
    print(call[0], result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        proof = open("got-through", "w")
time.sleep(0.3)
