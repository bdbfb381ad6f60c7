"""Open files outside by openat2, with each of its ways to resolve a path, and by openat with absolute paths.

canary: secret, untouched
control: through
"""
import ctypes
import os
import struct

call = ctypes.CDLL(None, use_errno=True).syscall
secret = TARGETS["secret"]
folders = [-100]
for path in (".", "/", "/proc/self/root", TARGETS["secret_folder"]):
    try:
        folders.append(os.open(path, os.O_PATH | os.O_DIRECTORY))
    except OSError as error:
        print(error)
for folder in folders:
    for path in (secret, "../" * 40 + secret.lstrip("/"), os.path.basename(secret), secret.lstrip("/")):
        for resolve in (0, 0x01, 0x04, 0x08, 0x10, 0x20):
            how = struct.pack("=QQQ", os.O_RDONLY, 0, resolve)
            descriptor = call(437, folder, path.encode(), how, ctypes.c_size_t(len(how)))
            if descriptor >= 0:
                print(os.read(descriptor, 100))
                os.close(descriptor)
    how = struct.pack("=QQQ", os.O_WRONLY | os.O_APPEND, 0, 0)
    descriptor = call(437, folder, TARGETS["file"].encode(), how, ctypes.c_size_t(len(how)))
    if descriptor >= 0:
        os.write(descriptor, b"changed")
