"""Canaries on the kernel's objects: what a run has made there, or changed of itself or of the machine."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.sandbox.attacks.canaries_files import remove
from tests.sandbox.attacks.canary import Canary, Outcome, Place, Unavailable
from tests.sandbox.attacks.watch import INTERVAL, Process, Watch, read_text

_libc = ctypes.CDLL(None, use_errno=True)
_SYSV: Final = ("shm", "sem", "msg")


class _New(Canary):
    """Things of the machine, of which the run must not add any."""

    looks = True
    noisy = True
    what = ""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._before = self.things()

    def things(self) -> set[str]:
        """What there is now."""
        raise NotImplementedError

    def look(self, processes: list[Process]) -> None:
        if new := self.things() - self._before:
            self.seen = f"{self.what} was made: {min(new)}"

    def got_through(self, outcome: Outcome) -> str:
        self.look([])
        return self.seen


class SysV(_New):
    """Shared memory, semaphores and message queues of System V."""

    what = "an IPC object of System V"

    def things(self) -> set[str]:
        found = set()
        for kind in _SYSV:
            for line in read_text(f"/proc/sysvipc/{kind}").splitlines()[1:]:
                key, number = line.split()[:2]
                found.add(f"{kind} {number} with key {key}")
        return found

    def close(self) -> None:
        for new in self.things() - self._before:
            kind, number = new.split()[:2]
            forget = {
                "shm": lambda identity: _libc.shmctl(identity, 0, None),
                "sem": lambda identity: _libc.semctl(identity, 0, 0),
                "msg": lambda identity: _libc.msgctl(identity, 0, None),
            }[kind]
            forget(int(number))


class MessageQueue(Canary):
    """A message queue of POSIX by the name `mq_name`, which begins with a slash."""

    looks = True

    def targets(self) -> dict[str, object]:
        return {"mq_name": f"/{self.place.name}"}

    def look(self, processes: list[Process]) -> None:
        queue = _libc.mq_open(f"/{self.place.name}".encode(), os.O_RDONLY)
        if queue >= 0:
            os.close(queue)
            self.seen = "a message queue was made"

    def got_through(self, outcome: Outcome) -> str:
        self.look([])
        return self.seen

    def close(self) -> None:
        _libc.mq_unlink(f"/{self.place.name}".encode())


class SharedMemory(_New):
    """Files in /dev/shm; `shm_name` is a name for one."""

    what = "shared memory"

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        if not os.path.isdir("/dev/shm"):
            raise Unavailable("there is no /dev/shm")
        super().__init__(place, arguments)

    def targets(self) -> dict[str, object]:
        return {"shm_name": self.place.name}

    def things(self) -> set[str]:
        return set(os.listdir("/dev/shm"))

    def close(self) -> None:
        for name in self.things() - self._before:
            if self.place.name in name or name.startswith(("psm_", "sem.")):
                remove(Path("/dev/shm", name))


class Keys(_New):
    """Keys and keyrings of the user, as many as the kernel counts."""

    what = "a key"

    def things(self) -> set[str]:
        for line in read_text("/proc/key-users").splitlines():
            user, counts = line.split(":")
            if int(user) == os.getuid():
                return {f"number {number}" for number in range(int(counts.split()[0]))}
        return set()


class _Changed(Canary):
    """Something that all runs have alike: seen in a run that does nothing, and then in the attack."""

    looks = sees_processes = True
    what = ""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._last: dict[int, tuple[str, int]] = {}
        watch = Watch(place.scratch_root, place.name, [self.look])
        watch.start()
        place.sandbox.run_code(f"import time; time.sleep({20 * INTERVAL})", limits=place.limits)
        watch.stop()
        self._usual = self._settled()
        self._last.clear()
        if not self._usual:
            raise Unavailable("the processes of a run can't be looked at")

    def facts(self, process: Process) -> str:
        """What is compared; empty when it can't be read."""
        raise NotImplementedError

    def look(self, processes: list[Process]) -> None:
        for process in processes:
            facts = self.facts(process) if process.inside else ""
            if facts:
                before, count = self._last.get(process.pid, ("", 0))
                self._last[process.pid] = (facts, count + 1 if before == facts else 1)

    def got_through(self, outcome: Outcome) -> str:
        return f"{self.what} of the run changed" if self._settled() - self._usual else ""

    def _settled(self) -> set[str]:
        """What was seen several times running: at its start, a process is not yet what it will be."""
        return {facts for facts, count in self._last.values() if count >= 3}


class Mounts(_Changed):
    """Mounts that a run sees, and those of the machine."""

    what = "a mount"

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._ours = read_text("/proc/self/mountinfo")

    def facts(self, process: Process) -> str:
        return process.text("mountinfo")

    def got_through(self, outcome: Outcome) -> str:
        changed = read_text("/proc/self/mountinfo") != self._ours
        return "a mount of the machine changed" if changed else super().got_through(outcome)


class Namespaces(_Changed):
    """Namespaces of a run."""

    what = "a namespace"

    def facts(self, process: Process) -> str:
        names = ("mnt", "net", "ipc", "uts", "user", "cgroup", "pid_for_children", "time_for_children")
        found = [process.link(f"ns/{name}") for name in names]
        return "\n".join(found) if all(found[:6]) else ""


class _StatusLines(_Changed):
    names: tuple[str, ...] = ()

    def facts(self, process: Process) -> str:
        status = process.status()
        return "\n".join(status.get(name, "") for name in self.names).strip()


class Uid(_StatusLines):
    """User, group and further groups."""

    what = "a user or group"
    names = ("Uid", "Gid", "Groups")


class Capabilities(_StatusLines):
    """Capabilities, and the promise to get no new ones."""

    what = "a capability"
    names = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")


class Seccomp(_StatusLines):
    """The filter of system calls."""

    what = "the filter of system calls"
    names = ("Seccomp", "Seccomp_filters", "NoNewPrivs")


class Descriptor(Canary):
    """A run must not have a descriptor in whose description the argument stands."""

    looks = sees_processes = True

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._times: Counter[tuple[int, str, str]] = Counter()

    def look(self, processes: list[Process]) -> None:
        for process in processes:
            for number, target in process.descriptors():
                if process.inside and any(text in target for text in self.arguments):
                    self._times[process.pid, number, target] += 1
                    # A worker that is just confining itself has some for a moment.
                    if self._times[process.pid, number, target] >= 3:
                        self.seen = f"descriptor {number} of the run is {target}"


class Host(Canary):
    """Names, clock, swap and settings of the machine: `host_facts`."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._before = _machine()
        self._offset = time.time() - time.monotonic()

    def targets(self) -> dict[str, object]:
        return {"host_facts": dict(self._before)}

    def got_through(self, outcome: Outcome) -> str:
        after = _machine()
        for name, value in self._before.items():
            if after[name] != value:
                return f"{name} of the machine was changed"
        moved = abs(time.time() - time.monotonic() - self._offset)
        return "the clock of the machine was changed" if moved > 2 else ""


def _machine() -> dict[str, str]:
    files = ("hostname", "domainname", "core_pattern", "modprobe", "panic", "acct", "printk")
    facts = {name: read_text(f"/proc/sys/kernel/{name}") for name in files}
    facts["swap"] = read_text("/proc/swaps")
    facts["modules"] = str(read_text("/proc/modules").count("\n"))
    with contextlib.suppress(OSError):
        facts["root folder"] = str(sorted(path.name for path in Path("/").iterdir()))
    return facts
