"""Write into the interpreter's memory: other functions in place of known ones, tables of the C library, its own code.

canary: secret
control: through
"""
import ctypes
import os

secret = TARGETS["secret"]
libc = ctypes.CDLL(None, use_errno=True)


def by_the_c_library() -> bytes:
    buffer = ctypes.create_string_buffer(100)
    print(libc.read(libc.open(secret.encode(), 0), buffer, 100), os.strerror(ctypes.get_errno()))
    return buffer.value


def by_a_stream() -> bytes:
    libc.fopen.restype = ctypes.c_void_p
    stream = libc.fopen(secret.encode(), b"r")
    buffer = ctypes.create_string_buffer(100)
    print(libc.fread(buffer, 1, 100, ctypes.c_void_p(stream)) if stream else "not opened")
    return buffer.value


def by_its_own_memory() -> str:
    text = b"/dev/null" + bytes(100)
    kept = ctypes.create_string_buffer(text)
    with open("/proc/self/mem", "r+b", buffering=0) as memory:
        memory.seek(ctypes.addressof(kept))
        memory.write(secret.encode() + b"\0")
    return open(kept.value).read()


def by_the_interpreter() -> object:
    ctypes.pythonapi.PyFile_OpenCodeObject.restype = ctypes.py_object
    return ctypes.pythonapi.PyFile_OpenCodeObject(ctypes.py_object(secret)).read()


for way in (by_the_c_library, by_a_stream, by_its_own_memory, by_the_interpreter):
    try:
        print(way())
    except Exception as error:
        print(error)
