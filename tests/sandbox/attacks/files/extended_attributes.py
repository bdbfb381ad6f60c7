"""Set extended attributes, access lists and file capabilities on files outside, and read those that are there.

canary: untouched
control: through
"""
import os
import struct

file, program = TARGETS["file"], TARGETS["program"]
for way in (
    lambda: os.setxattr(file, "user.attack", b"here"),
    lambda: os.setxattr(os.open(file, os.O_RDONLY), "user.attack", b"here"),
    lambda: os.setxattr(f"/proc/self/fd/{os.open(file, os.O_PATH)}", "user.attack-too", b"here"),
    lambda: os.setxattr(program, "security.capability", struct.pack("<5I", 0x02000001, 0xFFFFFFFF, 0, 0, 0)),
    lambda: os.setxattr(program, "trusted.overlay.opaque", b"y", follow_symlinks=False),
    lambda: os.setxattr(TARGETS["folder"], "user.attack", b"here"),
    lambda: os.listxattr(file),
):
    try:
        print(way())
    except OSError as error:
        print(error)
