"""Name a file of its own in the environment variables that interpreters heed, and start one.

canary: secret, single
control: through
"""
import os
import subprocess
import sys

secret = TARGETS["secret"]
for name in ("startup.py", "sitecustomize.py", "usercustomize.py", "hooked.py"):
    with open(name, "w") as file:
        file.write(f"import time\nprint(open({secret!r}).read(), flush=True)\ntime.sleep(0.1)\n")
here = os.getcwd()
for variables, arguments in (
    ({"PYTHONPATH": here}, ["-c", "pass"]),
    ({"PYTHONSTARTUP": here + "/startup.py"}, ["-i"]),
    ({"PYTHONPATH": here, "PYTHONBREAKPOINT": "hooked.x"}, ["-c", "breakpoint()"]),
    ({"PYTHONUSERBASE": here, "PYTHONINSPECT": "1"}, ["-c", "pass"]),
):
    os.environ.update(variables)
    try:
        command = [sys.executable, *arguments]
        print(subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=2))
    except (OSError, subprocess.SubprocessError) as error:
        print(error)
