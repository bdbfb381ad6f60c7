"""Use whatever descriptors the run was started with: read the files, go out through the folders.

canary: secret, untouched
control: through
"""
import os
import stat

secret, file = TARGETS["secret"].lstrip("/"), TARGETS["file"].lstrip("/")
for descriptor in range(1024):
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        continue
    try:
        if stat.S_ISREG(mode):
            print(os.pread(descriptor, 200, 0))
        elif stat.S_ISDIR(mode):
            print(os.listdir(descriptor))
            inner = os.open("../" * 40 + secret, os.O_RDONLY, dir_fd=descriptor)
            print(os.read(inner, 200))
            inner = os.open("../" * 40 + file, os.O_WRONLY | os.O_APPEND, dir_fd=descriptor)
            os.write(inner, b"changed")
        elif not stat.S_ISFIFO(mode):
            print(descriptor, stat.S_IFMT(mode), os.readlink(f"/proc/self/fd/{descriptor}"))
    except OSError as error:
        print(error)
