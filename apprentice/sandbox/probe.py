"""Trying a sandbox: real attempts to get out of it, before anything foreign runs in it.

Version numbers tell what a kernel should do; this tells what it does.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apprentice.sandbox.base import Sandbox

#: What no code may get through, whatever the level.
ESSENTIAL: Final = ("read a file outside", "write a file outside", "connect to a port")
#: What only a wall holds besides.
FURTHER: Final = ("connect to a local socket", "signal the agent", "start a process", "run a program")
#: What must work in there.
NEEDED: Final = ("write in its folder", "start a thread")

_PROGRAM: Final = """
import json, os, socket, threading
outcome = {{}}
def attempt(name, action):
    try:
        outcome[name] = bool(action())
    except BaseException:
        outcome[name] = False
def connect(family, address):
    with socket.socket(family) as connection:
        connection.settimeout(0.5)
        connection.connect(address)
        connection.sendall(b"through")
    return True
def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True
def program():
    return os.posix_spawn("/bin/true", ["true"], {{}}) > 0
def thread():
    seen = []
    worker = threading.Thread(target=seen.append, args=(1,))
    worker.start()
    worker.join()
    return bool(seen)
attempt("read a file outside", lambda: open({secret!r}).read() == {word!r})
attempt("write a file outside", lambda: open({target!r}, "w").write("through"))
attempt("connect to a port", lambda: connect(socket.AF_INET, ("127.0.0.1", {port})))
attempt("connect to a local socket", lambda: connect(socket.AF_UNIX, {local!r}))
attempt("signal the agent", lambda: os.kill({pid}, 0) is None)
attempt("start a process", fork)
attempt("run a program", program)
attempt("write in its folder", lambda: open("file", "w").write("inside") and open("file").read() == "inside")
attempt("start a thread", thread)
print(json.dumps(outcome))
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was tried, and how it came out.

    Attributes:
        through: attempts that got out of the sandbox.
        broken: what should work in there and doesn't; or why nothing could be tried.
        seconds: how long the run took.
    """

    through: tuple[str, ...]
    broken: tuple[str, ...]
    seconds: float

    @property
    def usable(self) -> bool:
        """Whether what no code may do was held, and what it needs works."""
        return not self.broken and not set(self.through) & set(ESSENTIAL)

    @property
    def whole(self) -> bool:
        """Whether nothing got through."""
        return self.usable and not self.through

    def __str__(self) -> str:
        if self.broken:
            return f"does not work: {', '.join(self.broken)}"
        if self.through:
            return f"does not hold: {', '.join(self.through)}"
        return f"held when tried: {', '.join((*ESSENTIAL, *FURTHER))}"


def probe(sandbox: Sandbox) -> Probe:
    """Try to get out of a sandbox, to a file, a port, a socket and a process of this one.

    Raises:
        SandboxError: nothing can be run in it.
    """
    word = secrets.token_hex(8)
    with _targets(word) as (folder, port, local):
        target = folder / "target"
        program = _PROGRAM.format(
            secret=str(folder / "secret"),
            word=word,
            target=str(target),
            port=port,
            local=local,
            pid=os.getpid(),
        )
        result = sandbox.run_code(program)
        try:
            outcome = json.loads(result.stdout)
        except ValueError:
            reason = (result.message or result.stderr.strip() or "the run said nothing").splitlines()[-1]
            return Probe((), (reason,), result.seconds)
        through = [name for name in (*ESSENTIAL, *FURTHER) if outcome.get(name) is not False]
        if target.exists() and "write a file outside" not in through:
            through.append("write a file outside")
        broken = [name for name in NEEDED if outcome.get(name) is not True]
        return Probe(tuple(through), tuple(broken), result.seconds)


@contextlib.contextmanager
def _targets(word: str) -> Iterator[tuple[Path, int, str]]:
    """A folder with a secret, a listening port and a listening local socket."""
    with (
        tempfile.TemporaryDirectory(prefix="probe-") as name,
        socket.socket(socket.AF_INET) as listener,
        socket.socket(socket.AF_UNIX) as local,
    ):
        folder = Path(name)
        (folder / "secret").write_text(word)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        path = str(folder / "local")
        local.bind(path)
        local.listen()
        yield folder, listener.getsockname()[1], path
