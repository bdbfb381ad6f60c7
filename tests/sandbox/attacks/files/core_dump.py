"""Die in a folder outside with the greatest bound for a core dump, so that the kernel writes one there.

canary: untouched
control: depends, because the kernel's pattern says where core dumps go
limits: memory_mb=64
"""
import ctypes
import os
import resource

try:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    print(most, resource.getrlimit(resource.RLIMIT_CORE))
except (OSError, ValueError) as error:
    print(error)
print(ctypes.CDLL(None).prctl(4, 1, 0, 0, 0), flush=True)
try:
    os.chdir(TARGETS["folder"])
except OSError as error:
    print(error)
os.abort()
