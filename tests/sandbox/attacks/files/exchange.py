"""Exchange a file of the scratch folder with one outside, by renameat2; and leave a white-out.

canary: untouched
control: through
"""
import ctypes
import os
import platform

AT_FDCWD, NO_REPLACE, EXCHANGE, WHITEOUT = -100, 1, 2, 4
number = {"x86_64": 316, "aarch64": 276}[platform.machine()]
call = ctypes.CDLL(None, use_errno=True).syscall
with open("mine", "w") as file:
    file.write("mine")
os.mkdir("folder")
for ours, theirs, flags in (
    ("mine", TARGETS["file"], EXCHANGE),
    ("folder", TARGETS["folder"] + "/sub", EXCHANGE),
    ("mine", TARGETS["folder"] + "/made", NO_REPLACE),
    (TARGETS["program"], "program", WHITEOUT),
    (TARGETS["program"], TARGETS["folder"] + "/other-name", NO_REPLACE),
):
    result = call(number, AT_FDCWD, ours.encode(), AT_FDCWD, theirs.encode(), flags)
    print(result, os.strerror(ctypes.get_errno()))
