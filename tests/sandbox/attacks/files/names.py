"""List the names in a folder outside: by each way to list, and by its entries in /proc.

canary: secret_names
control: through
"""
import ctypes
import glob
import os
import pathlib
import platform
import sys

folder = TARGETS["secret_names"]


def raw() -> bytes:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    buffer = ctypes.create_string_buffer(4096)
    ctypes.CDLL(None).syscall({"x86_64": 217, "aarch64": 61}[platform.machine()], descriptor, buffer, 4096)
    return buffer.raw


def by_importing() -> object:
    finder = sys.path_hooks[-1](folder)
    finder._fill_cache()
    return finder._path_cache


def changed_to() -> list[str]:
    os.chdir(folder)
    return os.listdir()


for way in (
    lambda: os.listdir(folder),
    lambda: [entry.name for entry in os.scandir(folder)],
    lambda: list(os.walk(folder)),
    lambda: glob.glob(folder + "/*"),
    lambda: list(pathlib.Path(folder).iterdir()),
    lambda: os.listdir("/proc/self/root" + folder),
    lambda: os.listdir(os.open(folder, os.O_PATH)),
    by_importing,
    raw,
    changed_to,
):
    try:
        print(way())
    except Exception as error:
        print(error)
