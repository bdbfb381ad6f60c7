"""What every sandbox offers: run code under limits, and report facts.

The interface is the same for a plain separate process and for an operating-system wall; each result carries the
isolation level it was obtained under.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from apprentice.cancellation import CancelToken

#: How a run ended. `failed` means that the code itself ended with an error; the others name the limit that ended it.
RunStatus = Literal[
    "ok", "failed", "timeout", "cpu", "memory", "processes", "files", "output", "disk", "killed", "cancelled"
]

#: `wall`: the kernel holds the code to its scratch folder and its grants. `container`: a hardened container does.
#: `reduced`: a part of that is missing; the sandbox's description says which. `process`: a separate process with limits.
#: `model`: no code was run; a model answered.
Isolation = Literal["process", "reduced", "container", "wall", "model"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Seconds of wall time; MiB; KiB of output kept.

    Attributes:
        cpu_seconds: processor time, over all threads; 0 means as much as wall time.
        scratch_mb: all that a run has in its scratch folder together, deleted files that are still open included.
        scratch_files: files and folders in it.
        start_seconds: for a run to begin; a container may have to be started or waited for. Not part of the run's time.
    """

    seconds: float = 15.0
    memory_mb: int = 1024
    processes: int = 64
    open_files: int = 64
    file_mb: int = 64
    output_kb: int = 256
    cpu_seconds: float = 0.0
    scratch_mb: int = 256
    scratch_files: int = 10_000
    start_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Grants:
    """What a run may do beyond its scratch folder; each opens exactly what it names. Empty opens nothing.

    Attributes:
        connect: hosts (names in lower case, or literal addresses; `*` for any public host) with TCP ports (0 for any).
            A name with `private:` before it (`private:db.internal`) may lead to a private address; no other name may.
        read: absolute paths of folders or files.
        write: absolute paths of folders or files; they may be read too.
        commands: argument vectors, each to be run exactly as it stands.
        packages: folders of installed packages, put on the module path and readable.
    """

    connect: tuple[tuple[str, int], ...] = ()
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    packages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.connect or self.read or self.write or self.commands or self.packages)


#: Grants that open nothing.
NOTHING = Grants()


@dataclass(frozen=True, slots=True)
class RunResult:
    """The facts of one run. `value` is the JSON value that a call returned, if there was one."""

    status: RunStatus
    exit_code: int | None
    stdout: str
    stderr: str
    seconds: float
    isolation: Isolation
    output_cut: bool = False
    value: Any = None
    error_type: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether the run ended by itself, without an error."""
        return self.status == "ok"


@dataclass(frozen=True, slots=True)
class Example:
    """One fact that must hold, as `call == expected` or as any expression that must be true.

    Attributes:
        source: the whole expression, e.g. `f(2) == 4`.
        name: the test's name, stable for the same source.
        raises: name of the exception that `source` must raise; then `source` is the call alone.
    """

    source: str
    name: str
    raises: str = ""


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test's result: what failed, with the values that were seen."""

    __test__ = False

    name: str
    passed: bool
    error_type: str = ""
    message: str = ""
    #: expression -> repr of the value it had when the test failed, in order, e.g. {"f(2)": "3", "4": "4"}
    values: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    seconds: float = 0.0
    #: who decided it: the agent, on values that the run reported, or the run itself, on its own word.
    judged: Literal["agent", "run"] = "agent"


@dataclass(frozen=True, slots=True)
class TestReport:
    """All tests of one run. A test that the child never reported is in `outcomes` as failed."""

    __test__ = False

    run: RunResult
    outcomes: Sequence[TestOutcome]
    #: why no test could run at all, e.g. the module failed to import; empty otherwise.
    import_error: TestOutcome | None = None

    @property
    def passed(self) -> int:
        """Number of tests that passed."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def ok(self) -> bool:
        """Whether there was at least one test and all passed."""
        return bool(self.outcomes) and all(outcome.passed for outcome in self.outcomes)


class Sandbox(Protocol):
    """Where generated code runs. Implementations raise `SandboxError` only when code could not be run at all.

    `modules` are files that the run may import, by module name (the skill, and skills it uses); modules of a package
    by their dotted names (`a`, `a.b`). They are copied into a scratch folder that is removed afterwards. `cancel` ends a run early with status `cancelled`. `grants` is what
    a person allowed for this code.
    """

    @property
    def isolation(self) -> Isolation:
        """The level that this sandbox gives on this machine."""
        ...

    @property
    def description(self) -> str:
        """What makes the isolation, in a few words, e.g. `Landlock ABI 7, seccomp, namespaces`."""
        ...

    def renew(self, *, fresh: bool = False) -> None:
        """See that later runs share nothing random, such as the seed for hashes, with those since the last renewal.

        Args:
            fresh: nor with any before that.
        """
        ...

    def close(self) -> None:
        """End what the sandbox keeps running between runs. Closing twice is harmless."""
        ...

    def run_code(
        self,
        code: str,
        *,
        modules: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Run `code` as `__main__`."""
        ...

    def call(
        self,
        module: str,
        function: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        modules: Mapping[str, str],
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Import `module`, call `function` with JSON values, and return its JSON value in `RunResult.value`.

        A result that JSON can't hold gives status `failed` with a message that names its type.
        """
        ...

    def run_tests(
        self,
        module: str,
        *,
        modules: Mapping[str, str],
        examples: Sequence[Example] = (),
        tests: str = "",
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> TestReport:
        """Check the examples and run the test module's tests against `module`; one outcome each.

        `tests` is the text of a test file in pytest's style: `test_*` functions, or unittest classes.
        Examples are evaluated with all public names of `module` in scope.
        """
        ...
