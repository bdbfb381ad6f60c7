"""Have the loader of programs load a library of its own into what is started: LD_PRELOAD, LD_LIBRARY_PATH, LD_AUDIT.

canary: secret, single
control: through
"""
import os
import subprocess
import sys
import time

for name in ("LD_PRELOAD", "LD_AUDIT", "GCONV_PATH", "OPENSSL_CONF", "LOCPATH"):
    os.environ[name] = os.getcwd() + "/mine.so"
open("mine.so", "w").close()
print([os.environ.pop(name) for name in ("LD_AUDIT", "LD_PRELOAD")])
for command in (
    ["/bin/cat", TARGETS["secret"]],
    ["/lib64/ld-linux-x86-64.so.2", "/bin/cat", TARGETS["secret"]],
    [sys.executable, "-c", f"import time; print(open({TARGETS['secret']!r}).read(), flush=True); time.sleep(0.1)"],
):
    try:
        print(subprocess.run(command, capture_output=True, timeout=2))
    except (OSError, subprocess.SubprocessError) as error:
        print(error)
for path in ("/etc/ld.so.preload", "/etc/ld.so.conf.d"):
    try:
        print(os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError as error:
        print(error)
time.sleep(0.2)
