"""`subprocess` in a run that was granted commands: the broker starts them, and tells how they ended.

A command's id is known to `os.waitpid` and `os.kill` here, so that the rest of `subprocess`, and asyncio's watcher of
children, work as they are. Standard library only; imported in the child alone.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from apprentice.sandbox.child.broker import Answers, Channel

#: How the names begin that the agent lets through to a command.
_NAMES: Final = ("LANG", "LC_", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "SOURCE_DATE_EPOCH")


def install(channel: Channel) -> Processes:
    """Patch `os`; `subprocess` follows when it is imported."""
    processes = Processes(channel)
    for function in (
        processes.waitpid,
        processes.kill,
        processes.killpg,
        processes.getpgid,
        processes.system,
    ):
        setattr(os, function.__name__, function)
    return processes


class _Started:
    """One command that was started."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._status: int | None = None

    def status(self, block: bool) -> int | None:
        """How it ended, as a wait status; None while it runs, or while another thread waits for it."""
        if self._status is None and self._lock.acquire(block):
            try:
                if self._status is None:
                    self._status = self._ask(block)
            finally:
                self._lock.release()
        return self._status

    def _ask(self, block: bool) -> int | None:
        import select

        if not block:
            poller = select.poll()
            poller.register(self._answers.fileno(), select.POLLIN)
            if not poller.poll(0):
                return None
        try:
            status = int(self._answers.receive()[0]["ended"])
        except OSError:
            status = int(signal.SIGKILL)
        self._answers.close()
        return status


class Processes:
    """The commands of this run, and what stands in for the system's calls about them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._started: dict[int, _Started] = {}
        self._waitpid, self._kill, self._killpg, self._getpgid = os.waitpid, os.kill, os.killpg, os.getpgid

    def start(self, request: dict[str, Any], streams: list[int], shown: str) -> int:
        """Have a command started; returns its process id.

        Raises:
            PermissionError: it was not approved.
            OSError: it could not be started.
        """
        answers = self._channel.ask({"op": "command", **request}, streams)
        try:
            pid = int(answers.receive()[0]["started"])
        except FileNotFoundError:
            answers.close()
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), shown) from None
        except BaseException:
            answers.close()
            raise
        self._started[pid] = _Started(answers)
        return pid

    def waitpid(self, pid: int, options: int, /) -> tuple[int, int]:
        """`os.waitpid`, which knows the commands too."""
        started = self._started.get(pid)
        if started is None:
            return self._waitpid(pid, options)
        status = started.status(not options & os.WNOHANG)
        return (0, 0) if status is None else (pid, status)

    def kill(self, pid: int, signal: int, /) -> None:
        """`os.kill`, which knows the commands too."""
        started = self._started.get(pid)
        if started is None:
            self._kill(pid, signal)
        elif started.status(False) is not None:
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        elif signal:
            self._channel.tell({"op": "signal", "pid": pid, "number": int(signal)})

    def killpg(self, pgid: int, signal: int, /) -> None:
        """`os.killpg`; a command's other processes end with its first one."""
        (self.kill if pgid in self._started else self._killpg)(pgid, signal)

    def getpgid(self, pid: int) -> int:
        """`os.getpgid`, which knows the commands too."""
        return pid if pid in self._started else self._getpgid(pid)

    def system(self, command: Any) -> int:
        """`os.system`; a command that wasn't approved is an error."""
        import subprocess

        with subprocess.Popen(os.fsdecode(command), shell=True) as process:
            code = process.wait()
        return code << 8 if code >= 0 else -code

    def patch_subprocess(self, module: ModuleType) -> None:
        """Let `subprocess.Popen` start commands by the broker."""
        processes = self

        def _execute_child(
            popen: Any, args: Any, executable: Any, preexec_fn: Any, close_fds: Any, pass_fds: Any, cwd: Any, env: Any,
            startupinfo: Any, creationflags: Any, shell: Any, p2cread: int, p2cwrite: int, c2pread: int, c2pwrite: int,
            errread: int, errwrite: int, restore_signals: Any = True, gid: Any = None, gids: Any = None, uid: Any = None,
            *rest: Any,
        ) -> None:  # fmt: skip
            if preexec_fn is not None or pass_fds or not (gid is gids is uid is None):
                raise PermissionError(
                    errno.EPERM, "an approved command can't have preexec_fn, pass_fds, user or group"
                )
            request = _request(args, executable, shell)
            shown = request.get("shell") or request["argv"][0]
            sys.audit("subprocess.Popen", shown, args, cwd, env)
            request["cwd"] = os.path.abspath(os.fsdecode(cwd)) if cwd is not None else os.getcwd()
            request["env"] = _environment(os.environ if env is None else env)
            wanted = [0 if p2cread == -1 else p2cread, 1 if c2pwrite == -1 else c2pwrite]
            wanted.append(2 if errwrite == -1 else errwrite)
            nothing = -1
            try:
                for index, descriptor in enumerate(wanted):
                    if not _is_open(descriptor):
                        nothing = nothing if nothing >= 0 else os.open(os.devnull, os.O_RDWR)
                        wanted[index] = nothing
                popen.pid = processes.start(request, wanted, shown)
            finally:
                if nothing >= 0:
                    os.close(nothing)
            popen._child_created = True
            popen._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)

        def _internal_poll(popen: Any, _deadstate: int | None = None, *_: Any) -> int | None:
            if popen.returncode is None and popen._waitpid_lock.acquire(False):
                try:
                    if popen.returncode is None:
                        pid, status = processes.waitpid(popen.pid, os.WNOHANG)
                        if pid == popen.pid:
                            popen._handle_exitstatus(status)
                except OSError:
                    popen.returncode = 0 if _deadstate is None else _deadstate
                finally:
                    popen._waitpid_lock.release()
            code: int | None = popen.returncode
            return code

        popen_class = module.Popen
        popen_class._execute_child = _execute_child
        popen_class._internal_poll = _internal_poll


def _request(args: Any, executable: Any, shell: Any) -> dict[str, Any]:
    """A command in the words of the broker: a line for the shell, or an argument vector."""
    if isinstance(args, (str, bytes, os.PathLike)):
        args = [args]
    words = [os.fsdecode(word) for word in args]
    if not words:
        raise IndexError("list index out of range")
    program = None if executable is None else os.fsdecode(executable)
    if any("\0" in word for word in words):
        raise ValueError("embedded null byte")
    if shell and len(words) == 1 and program in (None, "/bin/sh"):
        return {"shell": words[0]}
    if shell:
        return {"argv": [program or "/bin/sh", "-c", *words]}
    if program not in (None, words[0]):
        raise PermissionError(
            errno.EACCES, "a command can't be started under another name than its program's"
        )
    return {"argv": words}


def _environment(env: Any) -> dict[str, str]:
    found = {os.fsdecode(name): os.fsdecode(value) for name, value in env.items()}
    return {name: value for name, value in found.items() if name.startswith(_NAMES) and len(value) <= 100}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
