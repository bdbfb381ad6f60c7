"""Which commands a run may start, and their starting and ending: all in the agent.

A command runs exactly as it was granted, word for word, and it is confined as the run is: read and execute in the
system's folders, read in the run's `code` folder, write in its `work` folder, what the run's own grants open, no network.
Its processes end with the run, at the latest.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import marshal
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from apprentice.sandbox.base import Grants, Limits

#: Where the first word of a command is looked up.
PATH: Final = ("/usr/local/bin", "/usr/bin", "/bin")
#: Bounds of one run: commands at once, and in all.
MOST_RUNNING: Final = 16
MOST_COMMANDS: Final = 1_000
#: Seconds for a supervisor to end its command after it was told to.
GRACE_SECONDS: Final = 3.0

_SHELL: Final = "/bin/sh"
_CHILD: Final = Path(__file__).parent.with_name("child") / "start.py"
#: What a command may read and execute.
_SYSTEM: Final = (
    *(f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32")),
    *(
        f"/usr/{name}"
        for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "share", "include", "games")
    ),
    *(f"/usr/local/{name}" for name in ("bin", "sbin", "lib", "libexec", "share", "include")),
)
#: What it may read beside that. The rest of /etc holds the machine's secrets.
_READABLE: Final = (
    *(
        f"/etc/{name}"
        for name in (
            "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld.so.preload", "nsswitch.conf", "passwd", "group", "hosts",
            "host.conf", "services", "protocols", "localtime", "timezone", "locale.alias", "locale.conf", "os-release",
            "debian_version", "alternatives", "mime.types", "magic", "magic.mime", "terminfo", "inputrc", "fonts",
            "ssl/certs", "ssl/openssl.cnf", "pki/tls/certs", "pki/tls/openssl.cnf", "crypto-policies", "perl", "papersize",
            "paperspecs", "texmf", "groff",
        )
    ),
    "/dev/zero", "/dev/urandom", "/dev/random",
)  # fmt: skip
#: Names that a run may put into a command's environment, and what they may hold.
_NAMES: Final = re.compile(r"LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLUMNS|LINES|NO_COLOR|SOURCE_DATE_EPOCH")
_VALUES: Final = re.compile(r"[A-Za-z0-9_.@:,+-]{0,100}")
_ZONES: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}")
#: Signals that a run may send to its commands.
_SIGNALS: Final = frozenset(
    {
        signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
        signal.SIGSTOP, signal.SIGCONT,
    }
)  # fmt: skip
#: First words that only a shell understands.
_BUILTINS: Final = frozenset(
    ". : alias bg break case cd command continue eval exec exit export fg for function getopts hash if jobs local read"
    " readonly return select set shift source times trap type ulimit umask unalias unset until wait while".split()
)


def argv_of(command: str) -> tuple[str, ...]:
    """The argument vector of a command line: its words, or `/bin/sh -c` with the line where it needs a shell.

    It needs one for pipes, redirections, variables, patterns, several commands, and what only a shell knows.

    Raises:
        ValueError: the line is empty or holds a NUL.
    """
    if not command.strip() or "\0" in command:
        raise ValueError("a command can't be empty")
    if not _is_simple(command):
        return (_SHELL, "-c", command)
    words = tuple(shlex.split(command))
    if not words or not words[0] or words[0] in _BUILTINS:
        return (_SHELL, "-c", command)
    return words


def _is_simple(command: str) -> bool:
    """Whether a shell would do no more with a line than split it into words."""
    quote = ""
    escaped = False
    for index, character in enumerate(command):
        if character in "\n\r":
            return False
        if escaped:
            if quote and character not in '"\\':
                return False
            escaped = False
        elif quote == "'":
            quote = "" if character == "'" else quote
        elif character == "\\":
            escaped = True
        elif quote:
            if character in "$`":
                return False
            quote = "" if character == '"' else quote
        elif character in "'\"":
            quote = character
        elif character in "|&;<>()$`*?[]#~{}!" or (character == "=" and " " not in command[:index].strip()):
            return False
    return not quote and not escaped


class Commands:
    """Starts the commands that were granted to one run. To be used from one thread, which outlives the commands.

    Args:
        grants: the run's.
        folder: the run's, with `code` and `work` in it.
        limits: bounds of the run, and of each command.
        max_abi: the version of Landlock's interface to go up to.
    """

    def __init__(self, grants: Grants, *, folder: Path, limits: Limits, max_abi: int = 99) -> None:
        self._granted = frozenset(_canonical(words) for words in grants.commands)
        self._folder = os.path.realpath(folder)
        self._code, self._work = (os.path.join(self._folder, part) for part in ("code", "work"))
        self._read, self._write = grants.read, grants.write
        self._limits = limits
        self._max_abi = max_abi
        self._deadline = time.monotonic() + limits.seconds
        self._started = 0

    def start(self, asked: Mapping[str, Any], streams: Sequence[int]) -> Running:
        """Start a command.

        Args:
            asked: `argv` (words) or `shell` (a line); `cwd`; `env`.
            streams: descriptors for its input, output and errors; they stay the caller's.

        Raises:
            PermissionError: it was not granted, or not there.
            FileNotFoundError: there is no such program or folder.
            OSError: it could not be started.
        """
        argv = self._match(asked)
        cwd = self._cwd(asked.get("cwd"))
        path, program = self._program(argv[0])
        self._started += 1
        if self._started > MOST_COMMANDS:
            raise PermissionError(errno.EACCES, f"a run starts at most {MOST_COMMANDS} commands")
        limits = asdict(self._limits)
        limits["seconds"] = max(0.1, self._deadline - time.monotonic())
        order = {
            "argv": list(argv),
            "path": path,
            "cwd": cwd,
            "roots": self._roots(),
            "env": self._environment(asked.get("env")),
            "read": [*_READABLE, *glob.glob("/etc/python3*"), self._code, *self._read],
            "write": [self._work, os.devnull, *self._write],
            "execute": [*_SYSTEM, *program],
            "limits": limits,
            "scratch": self._folder,
            "max_abi": self._max_abi,
        }
        return Running(order, streams)

    def _match(self, asked: Mapping[str, Any]) -> tuple[str, ...]:
        """The granted vector that is asked for."""
        line, words = asked.get("shell"), asked.get("argv")
        candidates: list[tuple[str, ...]] = []
        if isinstance(line, str):
            candidates = [(_SHELL, "-c", line)]
            with contextlib.suppress(ValueError):
                candidates.insert(0, argv_of(line))
            shown = line
        elif isinstance(words, list) and words and all(isinstance(word, str) for word in words):
            candidates = [_canonical(words)]
            shown = shlex.join(words)
        else:
            raise OSError(errno.EINVAL, "a command is a list of words")
        for candidate in candidates:
            if candidate in self._granted:
                return candidate
        raise PermissionError(
            errno.EACCES, f"the command {ascii(shown)[1:-1][:300]} is not among the approved commands"
        )

    def _cwd(self, asked: object) -> str:
        if asked is None:
            return self._work
        try:
            if not isinstance(asked, str) or not os.path.isabs(asked):
                raise ValueError
            path = os.path.realpath(asked)
        except ValueError:
            raise OSError(errno.EINVAL, "the working folder of a command is an absolute path") from None
        if not _is_beneath(path, self._roots()):
            raise PermissionError(errno.EACCES, "a command's working folder must be within the run's", asked)
        if not os.path.isdir(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), asked)
        return path

    def _roots(self) -> list[str]:
        """Folders that a command may be started in: those that the run can read anyway."""
        return [self._work, *map(os.path.realpath, (*self._read, *self._write))]

    def _program(self, name: str) -> tuple[str, list[str]]:
        """The file to execute, and what else has to be readable for it."""
        if os.path.isabs(name):
            places = [name]
        elif "/" in name:
            raise PermissionError(
                errno.EACCES, "a command's program is a plain name or an absolute path", name
            )
        else:
            places = [os.path.join(folder, name) for folder in PATH]
        for path in places:
            if os.path.isfile(path) and os.access(path, os.X_OK):
                needed = self._needed(path)
                return path, needed
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)

    def _needed(self, path: str) -> list[str]:
        needed: list[str] = []
        # A script names its interpreter, and that may be a script (or a link) again.
        for _ in range(4):
            for place in {path, os.path.realpath(path)}:
                if _is_beneath(place, [self._folder, *map(os.path.realpath, self._write)]):
                    raise PermissionError(
                        errno.EACCES, "a program that the run could have changed is not executed", path
                    )
                needed += [place, *_libraries(place)]
            path = _interpreter(path)
            if not path:
                break
        return needed

    def _environment(self, asked: object) -> dict[str, str]:
        found = {
            "LANG": "C.UTF-8",
            "PATH": ":".join(PATH),
            "HOME": self._work,
            "TMPDIR": self._work,
            "MALLOC_ARENA_MAX": "2",
            # The system's settings for git can't be read, and git stops there.
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        if isinstance(asked, dict):
            for name, value in asked.items():
                values = _ZONES if name == "TZ" else _VALUES
                if isinstance(value, str) and _NAMES.fullmatch(name) and values.fullmatch(value):
                    found[name] = value
        return found


class Running:
    """A command that was started.

    Attributes:
        status: descriptor that can be read when there is news.
        pid: its process, once it is known; 0 before.
    """

    def __init__(self, order: Mapping[str, Any], streams: Sequence[int]) -> None:
        self.pid = 0
        self._rest = b""
        self._has_ended = False
        body = marshal.dumps(dict(order))
        control_read, self._control = os.pipe()
        self.status, status_write = os.pipe()
        try:
            os.set_blocking(self.status, False)
            theirs = (control_read, status_write, *streams)
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-X", "utf8", str(_CHILD), "command", *map(str, theirs)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=theirs,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._control)
            os.close(self.status)
            raise
        finally:
            os.close(control_read)
            os.close(status_write)
        self._tell(b"%016x" % len(body) + body)
        # From here on nothing that a run asks for can make the agent wait.
        os.set_blocking(self._control, False)

    def news(self) -> list[dict[str, Any]]:
        """What happened since the last time: `started`, an error, `ended`. After the last, all is let go of."""
        found: list[dict[str, Any]] = []
        try:
            data = os.read(self.status, 1 << 16)
        except BlockingIOError:
            return []
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            kind, _, rest = line.decode("utf-8", "replace").partition(" ")
            if kind == "started":
                self.pid = int(rest)
                found.append({"started": self.pid})
            elif kind == "refused":
                number, _, message = rest.partition(" ")
                found.append({"error": "os", "errno": int(number), "message": message})
            elif kind == "ended":
                status, _, why = rest.partition(" ")
                found.append({"ended": int(status), "why": why})
                self._has_ended = True
        if not data:
            self.let_go()
            if not self._has_ended:
                found.append({"ended": int(signal.SIGKILL), "why": "lost"})
        return found

    def signal(self, number: int) -> None:
        """Send one of the usual signals to the command's first process."""
        if number in _SIGNALS and self._control >= 0:
            self._tell(bytes([number]))

    def stop(self) -> None:
        """Tell the supervisor to end all of the command's processes."""
        if self._control >= 0:
            os.close(self._control)
            self._control = -1

    def let_go(self) -> None:
        """Make sure that no process is left, whatever the supervisor does. Calling it twice is harmless."""
        self.stop()
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            _end_below(self._child.pid)
            self._child.kill()
            self._child.wait()
        if self.status >= 0:
            os.close(self.status)
            self.status = -1

    def _tell(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # it is gone; its status tells
            while data:
                data = data[os.write(self._control, data) :]


def _canonical(words: Iterable[str]) -> tuple[str, ...]:
    """A vector as it is compared: the shell has one name."""
    argv = tuple(words)
    return (_SHELL, *argv[1:]) if argv[:2] == ("sh", "-c") else argv


def _is_beneath(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _libraries(program: str) -> list[str]:
    """What a program outside of the system's folders has beside it: libraries, and the mark of a Python environment."""
    folder = os.path.dirname(program)
    found = [folder] if folder.startswith("/opt/") else []
    if os.path.basename(folder) in ("bin", "sbin"):
        prefix = os.path.dirname(folder)
        found += [os.path.join(prefix, name) for name in ("lib", "lib64", "libexec", "pyvenv.cfg")]
    return found


def _interpreter(path: str) -> str:
    """The program that a script names in its first line; empty for other files."""
    try:
        with open(path, "rb") as file:
            line = file.readline(256)
    except OSError:
        return ""
    if not line.startswith(b"#!"):
        return ""
    words = os.fsdecode(line[2:]).split()
    return words[0] if words and os.path.isabs(words[0]) else ""


def _end_below(pid: int) -> None:
    """End every process below one that doesn't do it itself. They are stopped first, so that none gets away."""
    stopped: set[int] = set()
    for _ in range(100):
        new = _descendants(pid) - stopped
        if not new:
            break
        for each in new:
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGSTOP)
        stopped |= new
    for each in stopped:
        with contextlib.suppress(OSError):
            os.kill(each, signal.SIGKILL)


def _descendants(pid: int) -> set[int]:
    below: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with (
                contextlib.suppress(OSError, IndexError, ValueError),
                open(f"/proc/{name}/stat", "rb") as file,
            ):
                below.setdefault(int(file.read().rpartition(b") ")[2].split()[1]), []).append(int(name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
