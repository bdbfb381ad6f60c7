"""What the attacks meet without a wall and without limits: a plain interpreter, a temporary folder, a time after which it ends.

It shows that the attacks are real and that the canaries tell; it is not a sandbox.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from apprentice.cancellation import CancelToken
from apprentice.sandbox.base import (
    NOTHING,
    Example,
    Grants,
    Isolation,
    Limits,
    RunResult,
    RunStatus,
    TestReport,
)

#: What is read of the output, so that no attack can harm the machine.
_MOST: Final = 96 << 20
#: Seconds beyond the attack's own limit.
_MORE: Final = 3.0

_CALL: Final = """
import json, sys
sys.path.insert(0, {code!r})
import skill
with open({value!r}, "w") as file:
    json.dump(skill.attack(), file)
"""


class PlainPython:
    """Runs code as anybody would by hand. `scratch_root` is where its folders are made."""

    def __init__(self, scratch_root: Path, limits: Limits) -> None:
        self._root = scratch_root
        self._limits = limits

    @property
    def isolation(self) -> Isolation:
        return "process"

    @property
    def description(self) -> str:
        return "none"

    def renew(self, *, fresh: bool = False) -> None:
        """Each run has an interpreter of its own."""

    def close(self) -> None:
        """Nothing is kept."""

    def run_code(
        self,
        code: str,
        *,
        modules: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        return self._run({**(modules or {}), "main": code}, limits or self._limits)

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
        return self._run(dict(modules), limits or self._limits)

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
        raise NotImplementedError("without a wall, tests are run by pytest")

    def _run(self, modules: dict[str, str], limits: Limits) -> RunResult:
        folder = self._root / f"run-{os.getpid()}-{secrets.token_hex(8)}"
        code, work = folder / "code", folder / "work"
        for part in (code, work):
            part.mkdir(parents=True)
        try:
            with tempfile.TemporaryDirectory(prefix="value-") as beside:
                value = Path(beside, "value.json")
                modules.setdefault("main", _CALL.format(code=str(code), value=str(value)))
                for name, text in modules.items():
                    (code / f"{name}.py").write_text(text, encoding="utf-8")
                return self._start(code / "main.py", work, limits.seconds + _MORE, value)
        finally:
            with contextlib.suppress(RecursionError):
                shutil.rmtree(folder, ignore_errors=True)

    def _start(self, main: Path, work: Path, seconds: float, value: Path) -> RunResult:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(main)],
            cwd=work,
            env={"LANG": "C.UTF-8", "HOME": str(work), "TMPDIR": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=False,
        )
        texts: list[bytearray] = [bytearray(), bytearray()]
        streams = (process.stdout, process.stderr)
        readers = [
            threading.Thread(target=_read, args=(stream, text, process), daemon=True)
            for stream, text in zip(streams, texts, strict=True)
        ]
        for reader in readers:
            reader.start()
        status: RunStatus = "ok"
        try:
            code = process.wait(seconds)
            status = "ok" if code == 0 else "failed"
        except subprocess.TimeoutExpired:
            process.kill()
            code, status = process.wait(), "timeout"
        for reader in readers:
            reader.join(0.5)
        stdout, stderr = (bytes(text).decode("utf-8", "replace") for text in texts)
        given = value.read_text(encoding="utf-8", errors="replace")[:_MOST] if value.exists() else None
        return RunResult(status, code, stdout, stderr, 0.0, self.isolation, value=given)


def _read(stream: IO[bytes] | None, text: bytearray, process: subprocess.Popen[bytes]) -> None:
    assert stream is not None
    while block := os.read(stream.fileno(), 1 << 20):
        text += block
        if len(text) > _MOST:
            process.kill()
            return
