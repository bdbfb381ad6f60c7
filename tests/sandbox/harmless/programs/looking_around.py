# Library functions that look at the machine or at other programs give an answer or an ordinary error.
# expect: uuid1 True node True
# expect: find_library True
# expect: platform True host True
# expect: pydoc True
# expect: user True
# expect: proxies True terminal True
# expect: outside folder OSError
# expect: expanded True
# expect: compiled True
# expect: no child ChildProcessError
import ctypes.util
import getpass
import os
import platform
import py_compile
import pydoc
import shutil
import socket
import urllib.request
import uuid
from pathlib import Path

print("uuid1", uuid.uuid1() != uuid.uuid1(), "node", 0 < uuid.getnode() < 2**48)
print("find_library", isinstance(ctypes.util.find_library("c"), (str, type(None))))
print("platform", all(isinstance(text, str) for text in (platform.processor(), platform.machine(), platform.node(), *platform.libc_ver())), "host", bool(socket.gethostname()))
print("pydoc", "JSON" in pydoc.render_doc("json", renderer=pydoc.plaintext))
try:
    name = getpass.getuser()
except (KeyError, OSError):
    name = "nobody"
print("user", bool(name))
print("proxies", urllib.request.getproxies() == {}, "terminal", shutil.get_terminal_size() >= (1, 1))
try:
    print("outside folder", len(os.listdir("/no/such/folder")))
except OSError:
    print("outside folder", "OSError")
print("expanded", os.path.expanduser("~/x").endswith("/x") and Path("~").expanduser().is_absolute())
with open("small.py", "w", encoding="utf-8") as file:
    file.write("x = 1\n")
print("compiled", os.path.exists(py_compile.compile("small.py", doraise=True)))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError as error:
    print("no child", type(error).__name__)
