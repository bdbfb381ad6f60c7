"""Start a program by the helper of subprocess in C, past the library and its checks.

canary: secret, single
control: through
"""
import _posixsubprocess
import os
import time

secret = TARGETS["secret"]
out, into = os.pipe()
problem, report = os.pipe()
arguments = [
    [b"cat", secret.encode()], [b"/bin/cat"], True, (report,), None, [], -1, -1, -1, into, -1, -1,
    problem, report, True, False, -1, None, None, None, -1, None, True,
]  # fmt: skip
# The number of arguments differs between versions of Python.
for given in (arguments, arguments[:-1], [*arguments[:16], *arguments[17:]], [*arguments[:16], *arguments[17:-1]]):
    try:
        pid = _posixsubprocess.fork_exec(*given)
        time.sleep(0.1)
        print(os.read(out, 100), os.waitpid(pid, 0))
        break
    except Exception as error:
        print(repr(error))
time.sleep(0.1)
