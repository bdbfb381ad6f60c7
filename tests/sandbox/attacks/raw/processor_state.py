"""Change what the processor does for it by arch_prctl: other segments, no identity, 32-bit mappings.

canary: clock, survivors, leftovers
control: held, because it changes nothing but the process itself
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
SET_GS, GET_FS, CPUID, MAP_X32, MAP_32, MAP_64 = 0x1001, 0x1003, 0x1012, 0x2001, 0x2002, 0x2003
REQUEST_STATE, SHADOW_ENABLE, UNTAG = 0x1023, 0x5001, 0x4002
time.sleep(0.1)
if os.uname().machine == "x86_64":
    room = ctypes.create_string_buffer(64)
    for words in (
        (GET_FS, ctypes.addressof(room)),
        (SET_GS, ctypes.addressof(room)),
        (SET_GS, 0xFFFF800000000000),
        (MAP_32, 0x10000000),
        (MAP_X32, 0x20000000),
        (MAP_64, 0x30000000),
        (REQUEST_STATE, 18),
        (UNTAG, 6),
        (SHADOW_ENABLE, 1),
        (CPUID, 0),
    ):
        result = libc.syscall(158, *map(ctypes.c_ulong, words))
        print(hex(words[0]), result, os.strerror(ctypes.get_errno()), flush=True)
time.sleep(0.2)
