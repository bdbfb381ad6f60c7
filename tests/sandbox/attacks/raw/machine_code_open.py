"""Open a file outside by machine code of its own, which no function of a library stands before.

canary: secret
control: through
"""
import ctypes
import mmap
import os

# Moves the arguments to where the kernel takes them, calls it, and returns.
CODE = {
    "x86_64": "4889f8 4889f7 4889d6 4889ca 4d89c2 0f05 c3",
    "aarch64": "e80300aa e00301aa e10302aa e20303aa e30304aa 010000d4 c0035fd6",
}
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex(CODE[os.uname().machine]))
word = ctypes.c_long
call = ctypes.CFUNCTYPE(word, word, word, word, word, word)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
number = {"x86_64": 257}.get(os.uname().machine, 56)
path = ctypes.create_string_buffer(TARGETS["secret"].encode())
how = (ctypes.c_uint64 * 3)(0, 0, 0)
for descriptor in (
    call(number, -100, ctypes.addressof(path), 0, 0),
    call(437, -100, ctypes.addressof(path), ctypes.addressof(how), 24),
):
    print(descriptor)
    if descriptor >= 0:
        print(os.read(descriptor, 100))
