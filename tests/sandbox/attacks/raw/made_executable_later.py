"""Make code executable after it was written: by mprotect, by a second mapping of a file, by a memory file.

canary: bystander
control: through
"""
import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
CODE = {
    "x86_64": "4889f8 4889f7 4889d6 0f05 c3",
    "aarch64": "e80300aa e00301aa e10302aa 010000d4 c0035fd6",
}
code = bytes.fromhex(CODE[os.uname().machine]).ljust(4096, b"\0")
number = {"x86_64": 62}.get(os.uname().machine, 129)


def protected():
    page = mmap.mmap(-1, 4096)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(4096), 5):
        raise OSError(ctypes.get_errno(), "mprotect")
    return page, address


def mapped(descriptor):
    os.write(descriptor, code)
    rights = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    page = mmap.mmap(descriptor, 4096, flags=mmap.MAP_PRIVATE, prot=rights)
    return page, ctypes.addressof(ctypes.c_char.from_buffer(page))


for way in (
    protected,
    lambda: mapped(os.open("code", os.O_CREAT | os.O_RDWR)),
    lambda: mapped(os.memfd_create("code")),
):
    try:
        page, address = way()
        word = ctypes.c_long
        print(ctypes.CFUNCTYPE(word, word, word, word)(address)(number, TARGETS["bystander_pid"], 15))
    except OSError as error:
        print(error)
