# Changing modes, times and owners is answered without an error, and reading them works.
# expect: size 5 file True folder True
# expect: chmod fine utime fine chown fine
# expect: access True recent True
import os
import stat
import time
from pathlib import Path

path = Path("file.txt")
path.write_text("hello", encoding="utf-8")
facts = path.stat()
print("size", facts.st_size, "file", stat.S_ISREG(facts.st_mode), "folder", stat.S_ISDIR(os.stat(".").st_mode))
Path("new").write_text("", encoding="utf-8")
answers = []
for name, action in (
    ("chmod", lambda: path.chmod(0o600)),
    ("utime", lambda: os.utime(path, (1_000_000, 1_000_000))),
    ("chown", lambda: os.chown(path, os.getuid(), os.getgid())),
):
    try:
        action()
        answers += [name, "fine"]
    except OSError as error:
        answers += [name, str(error)]
print(*answers)
print("access", os.access(path, os.R_OK | os.W_OK), "recent", abs(time.time() - Path("new").stat().st_mtime) < 60)
