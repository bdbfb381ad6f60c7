"""Ask the kernel for more rights than the run has: another ruleset, another filter, capabilities, another personality.

canary: secret, untouched
control: through
"""
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, RESTRICT = 444, 445, 446
rights = struct.pack("=QQQ", 0x1FFF, 0, 0)
ruleset = libc.syscall(CREATE, rights, 8, 0)
try:
    root = os.open("/", os.O_PATH)
    print(libc.syscall(ADD, ruleset, 1, struct.pack("=Qi", 0x1FFF, root), 0), libc.prctl(38, 1, 0, 0, 0))
    print(libc.syscall(RESTRICT, ruleset, 0))
except OSError as error:
    print(error)
# A filter that allows everything, on top of what there is.
allow = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000))
program = struct.pack("@HP", 1, ctypes.addressof(allow))
print(libc.prctl(22, 2, program, 0, 0), libc.syscall(317, 1, 0, program), libc.prctl(38, 0, 0, 0, 0))
header = struct.pack("=Ii", 0x20080522, 0)
print(libc.capset(header, struct.pack("=6I", *(0xFFFFFFFF,) * 6)), libc.personality(0x0040000), libc.setuid(0))
for way in (
    lambda: open(TARGETS["secret"]).read(),
    lambda: open(TARGETS["file"], "a").write("changed"),
):
    try:
        print(way())
    except OSError as error:
        print(error, os.strerror(ctypes.get_errno()))
