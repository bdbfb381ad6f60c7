"""Ask about files outside without opening them: what they are, where they lead, what they are called elsewhere.

canary: secret, secret_names
control: held, because facts about a known name tell neither text nor other names
"""
import ctypes
import os

secret, names = TARGETS["secret"], TARGETS["secret_names"]
call = ctypes.CDLL(None, use_errno=True).syscall
buffer = ctypes.create_string_buffer(256)
for path in (secret, names, TARGETS["secret_folder"], names + "/*", "/proc/self/root" + names):
    for way in (
        lambda: os.stat(path),
        lambda: os.lstat(path),
        lambda: os.statvfs(path),
        lambda: os.access(path, os.R_OK, effective_ids=True),
        lambda: os.readlink(path),
        lambda: os.path.realpath(path, strict=True),
        lambda: os.listxattr(path),
        lambda: os.pathconf(path, "PC_NAME_MAX"),
        lambda: call(332, -100, path.encode(), 0x1000, 0xFFF, buffer) or buffer.raw,
        lambda: os.readlink(f"/proc/self/fd/{os.open(path, os.O_PATH)}"),
        lambda: open(f"/proc/self/fdinfo/{os.open(path, os.O_PATH)}").read(),
    ):
        try:
            print(way())
        except (OSError, ValueError) as error:
            print(error)
for table in ("/proc/self/mountinfo", "/proc/locks", "/proc/self/maps", "/proc/net/unix"):
    try:
        print(open(table).read(20_000)[:3000])
    except OSError as error:
        print(error)
