"""Open sockets by the kernel's 32-bit entry: int 0x80, also by the call that stands for all of them.

canary: socket(inet)
control: depends, because the kernel may have no 32-bit entry
"""
import ctypes
import mmap
import os
import struct
import time

time.sleep(0.1)
if os.uname().machine == "x86_64":
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # push rbx; mov eax, edi; mov ebx, esi; mov r8d, edx; mov edx, ecx; mov ecx, r8d; int 0x80; pop rbx; ret
    page.write(bytes.fromhex("53 89f8 89f3 4189d0 89ca 4489c1 cd80 5b c3"))
    word = ctypes.c_uint32
    call = ctypes.CFUNCTYPE(ctypes.c_int, *[word] * 4)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    SOCKET, SOCKETCALL = 359, 102
    LOW = 0x40
    # Its arguments lie in memory, below 4 GiB.
    low = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | LOW)
    low.write(struct.pack("=III", 2, 1, 0))
    where = ctypes.addressof(ctypes.c_char.from_buffer(low))
    for words in ((SOCKET, 2, 1, 0), (SOCKET, 10, 2, 0), (SOCKETCALL, 1, where & 0xFFFFFFFF, 0)):
        print(call(*words), flush=True)
time.sleep(0.3)
