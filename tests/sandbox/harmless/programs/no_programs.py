# Starting a program is refused with an ordinary error, whichever way it is tried.
# needs: wall
# outside: differs
# expect: run PermissionError 1
# expect: Popen shell PermissionError 1
# expect: check_output PermissionError 1
# expect: os.system not run True
# expect: posix_spawn PermissionError 1
# expect: execv PermissionError 1
# expect: asyncio PermissionError 1
# expect: a missing program True
# expect: and on we go
import asyncio
import os
import subprocess


def attempt(name, action):
    try:
        result = action()
    except OSError as error:
        print(name, type(error).__name__, error.errno)
    else:
        print(name, "gave", result)


attempt("run", lambda: subprocess.run(["/bin/true"]))
attempt("Popen shell", lambda: subprocess.Popen("true", shell=True))
attempt("check_output", lambda: subprocess.check_output(["/bin/echo", "x"], stderr=subprocess.STDOUT, timeout=5))
try:
    print("os.system not run", os.system("true") != 0)
except OSError:
    print("os.system not run", True)
attempt("posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("execv", lambda: os.execv("/bin/true", ["true"]))


async def start():
    return await asyncio.create_subprocess_exec("/bin/true")


attempt("asyncio", lambda: asyncio.run(start()))
try:
    subprocess.run(["/no/such/program"])
except OSError as error:
    print("a missing program", isinstance(error, (PermissionError, FileNotFoundError)))
print("and on we go")
