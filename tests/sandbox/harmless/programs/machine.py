# What a program may know of the machine: processors, platform, limits, its own usage and environment.
# expect: processors True platform True python 3
# expect: usage True limits True
# expect: environment set and read
# expect: input ended EOFError, stdin b''
# expect: not a terminal False size True
# expect: user True umask True nice True
import os
import platform
import resource
import shutil
import sys

print("processors", (os.cpu_count() or 0) >= 1 and len(os.sched_getaffinity(0)) >= 1, "platform", bool(platform.platform() and platform.system() == os.uname().sysname), "python", platform.python_version_tuple()[0])
print("usage", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0, "limits", resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 8)
os.environ["A_NAME"] = "set and read"
print("environment", os.getenv("A_NAME"))
try:
    input()
except EOFError as error:
    print("input ended", f"{type(error).__name__},", "stdin", sys.stdin.buffer.read())
print("not a terminal", os.isatty(1), "size", shutil.get_terminal_size().columns > 0)
os.umask(0o022)
print("user", os.getuid() >= 0 and os.getpid() > 0 and os.getppid() >= 0, "umask", os.umask(0o022) == 0o022, "nice", os.nice(0) >= 0)
