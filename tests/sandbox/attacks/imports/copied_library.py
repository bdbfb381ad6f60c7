"""Copy libraries into the scratch folder and load the copies, past whatever was done to those that are loaded.

canary: secret
control: through
limits: memory_mb=512
"""
import ctypes
import importlib.machinery
import importlib.util
import os
import re
import shutil

secret = TARGETS["secret"].encode()
libraries = []
try:
    with open("/proc/self/maps") as maps:
        libraries += re.findall(r"/\S+/(?:libc\.so\.6|libc-2\S+\.so|ld-musl\S+)", maps.read())
except OSError as error:
    print(error)
for folder in ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64"):
    libraries.append(folder + "/libc.so.6")
for number, path in enumerate(dict.fromkeys(libraries)):
    for load in (lambda: shutil.copy(path, f"copy-{number}.so"), lambda: path):
        try:
            library = ctypes.CDLL(os.path.abspath(load()))
            buffer = ctypes.create_string_buffer(100)
            print(library.read(library.open(secret, 0), buffer, 100), buffer.value)
        except OSError as error:
            print(error)
try:
    import _ctypes

    shutil.copy(_ctypes.__file__, "_ctypes.so")
    loader = importlib.machinery.ExtensionFileLoader("_ctypes", os.path.abspath("_ctypes.so"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("_ctypes", loader))
    print(module.dlopen(TARGETS["secret"], 0))
except Exception as error:
    print(error)
