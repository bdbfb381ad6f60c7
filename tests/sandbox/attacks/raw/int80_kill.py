"""End another process by the kernel's 32-bit entry, whose numbers mean other calls: int 0x80.

canary: bystander
control: depends, because the kernel may have no 32-bit entry
"""
import ctypes
import mmap
import os
import time

time.sleep(0.1)
if os.uname().machine == "x86_64":
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # push rbx; mov eax, edi; mov ebx, esi; mov ecx, edx; mov edx, 0; int 0x80; pop rbx; ret
    page.write(bytes.fromhex("53 89f8 89f3 89d1 ba00000000 cd80 5b c3"))
    word = ctypes.c_int
    call = ctypes.CFUNCTYPE(word, word, word, word)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    KILL, TKILL = 37, 238
    for number in (KILL, TKILL):
        print(call(number, TARGETS["bystander_pid"], 15), flush=True)
