"""Change the mode of files outside: by path, by descriptor, by the folder's descriptor, by newer calls.

canary: untouched
control: through
"""
import ctypes
import os
import pathlib

file, folder, program = TARGETS["file"], TARGETS["folder"], TARGETS["program"]
call = ctypes.CDLL(None, use_errno=True).syscall
for way in (
    lambda: os.chmod(file, 0o777),
    lambda: os.fchmod(os.open(file, os.O_RDONLY), 0o666),
    lambda: os.chmod(f"/proc/self/fd/{os.open(file, os.O_PATH)}", 0o640),
    lambda: os.chmod("keep.txt", 0o604, dir_fd=os.open(folder, os.O_RDONLY)),
    lambda: pathlib.Path(program).chmod(0o4755),
    lambda: call(452, -100, program.encode(), 0o6755, 0),
    lambda: os.chmod(folder, 0o777),
):
    try:
        print(way())
    except (OSError, NotImplementedError) as error:
        print(error)
