"""Runs a program, in a sandbox or in a plain interpreter, and says whether it came to what it must come to."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from apprentice.errors import SandboxError
from apprentice.sandbox import NOTHING, Grants, Limits, RunResult, Sandbox
from tests.sandbox.harmless.corpus import Program

#: The bounds that a user's runs have, with time enough for a slow machine.
LIMITS = Limits(seconds=60)
#: Names the folder of installed packages to grant; without it, the folder where this interpreter finds numpy.
PACKAGES_VARIABLE = "HARMLESS_PACKAGES"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a program came out. `reason` says what differed, or what was missing."""

    outcome: Literal["works", "fails", "skipped"]
    reason: str = ""
    seconds: float = 0.0


def judge(program: Program, sandbox: Sandbox) -> Verdict:
    """Run it in a sandbox, with the grants that it needs."""
    lacking = lacks(program, sandbox)
    if lacking:
        return Verdict("skipped", f"needs {lacking}")
    grants = Grants(packages=(packages(),)) if "numpy" in program.needs else NOTHING
    began = time.monotonic()
    try:
        reason = _differences(program, sandbox, grants)
    except SandboxError as error:
        reason = f"not run: {error.message}"
    return Verdict("fails" if reason else "works", reason, time.monotonic() - began)


def lacks(program: Program, sandbox: Sandbox) -> str:
    """What the program needs and isn't here; empty when all is."""
    if "wall" in program.needs and sandbox.isolation not in ("wall", "container"):
        return "a wall"
    tools = [name for name in ("pytest", "hypothesis") if name in program.needs]
    missing: list[str] = [name for name in tools if importlib.util.find_spec(name) is None]
    if "numpy" in program.needs and not packages():
        missing.append(f"numpy (or {PACKAGES_VARIABLE})")
    return ", ".join(missing)


@cache
def packages() -> str:
    """The folder of packages to grant; empty when there is none."""
    named = os.environ.get(PACKAGES_VARIABLE, "")
    if named:
        return os.path.realpath(named)
    spec = importlib.util.find_spec("numpy")
    if spec is None or spec.origin is None:
        return ""
    return os.path.realpath(Path(spec.origin).parent.parent)


def _differences(program: Program, sandbox: Sandbox, grants: Grants) -> str:
    if program.kind == "script":
        result = sandbox.run_code(program.source, limits=LIMITS, grants=grants)
        return _of_script(program, result.exit_code, result.stdout, result.stderr, _status(program, result))
    modules = {program.name: program.source}
    if program.kind == "call":
        result = sandbox.call(
            program.name,
            program.function,
            program.arguments,
            {},
            modules=modules,
            limits=LIMITS,
            grants=grants,
        )
        if not result.ok or result.value != program.value:
            return f"{result.status}: {result.message or result.stderr}; gave {result.value!r}"
        return _of_text("stdout", program.stdout, result.stdout)
    report = sandbox.run_tests(
        program.name, modules=modules, tests=program.tests, limits=LIMITS, grants=grants
    )
    if report.import_error is not None:
        return f"import: {report.import_error.error_type}: {report.import_error.message}"
    failed = [f"{one.name}: {one.error_type}: {one.message}" for one in report.outcomes if not one.passed]
    names = {re.sub(r"\[.*", "", one.name) for one in report.outcomes}
    if names != set(program.passes):
        failed.append(f"reported {sorted(names)} instead of {sorted(program.passes)}")
    return "; ".join(failed)


def _status(program: Program, result: RunResult) -> str:
    wanted = "ok" if program.exit_code == 0 else "failed"
    return "" if result.status == wanted else f"{result.status}: {result.message}"


def _of_script(program: Program, exit_code: int | None, stdout: str, stderr: str, status: str = "") -> str:
    reasons = [status, _of_text("stdout", program.stdout, stdout)]
    if exit_code != program.exit_code:
        reasons.append(f"exit code {exit_code}")
    if program.stderr not in stderr or (stderr.strip() and not program.stderr):
        reasons.append(f"stderr: {stderr.strip()[-600:]!r}")
    return "; ".join(reason for reason in reasons if reason)


def _of_text(name: str, wanted: str, given: str) -> str:
    if wanted == given:
        return ""
    wanted_lines, given_lines = wanted.splitlines(), given.splitlines()
    for number, line in enumerate(wanted_lines):
        if number >= len(given_lines):
            return f"{name} ends before {line!r}"
        if given_lines[number] != line:
            return f"{name}: {given_lines[number]!r} instead of {line!r}"
    return f"{name} goes on with {given_lines[len(wanted_lines) :]}"


def judge_outside(program: Program) -> Verdict:
    """Run it in a plain interpreter, without a sandbox, to see that the program itself is right."""
    if not program.same_outside:
        return Verdict("skipped", "must differ outside")
    if "numpy" in program.needs and not packages():
        return Verdict("skipped", "needs numpy")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="outside-") as name:
        work, code = Path(name, "work"), Path(name, "code")
        for folder in (work, code):
            folder.mkdir()
        (code / f"{program.name}.py").write_text(program.source, encoding="utf-8")
        start = f"import sys; sys.path[:0] = [{str(code)!r}, {packages()!r}]"
        command = [sys.executable, "-I", "-B", "-X", "utf8"]
        if program.kind == "script":
            command += [
                "-c",
                f"{start}; import runpy; runpy.run_path({str(code / program.name)!r} + '.py', run_name='__main__')",
            ]
        elif program.kind == "call":
            command += [
                "-c",
                f"{start}; import asyncio, inspect, json, {program.name} as m; v = m.{program.function}(*{program.arguments!r}); v = asyncio.run(v) if inspect.isawaitable(v) else v; print(json.dumps(v))",
            ]
        else:
            (code / f"test_{program.name}.py").write_text(program.tests, encoding="utf-8")
            tests = str(code / f"test_{program.name}.py")
            command += [
                "-c",
                f"{start}; import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '--rootdir', {str(code)!r}, '-c', '/dev/null', {tests!r}]))",
            ]
        environment = {"LANG": "C.UTF-8", "HOME": str(work), "TMPDIR": str(work)}
        ended = subprocess.run(
            command,
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
    stdout, stderr = ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
    if program.kind == "script":
        reason = _of_script(program, ended.returncode, stdout, stderr)
    elif program.kind == "call":
        reason = "" if ended.returncode == 0 and json.loads(stdout) == program.value else f"{stdout}{stderr}"
    else:
        reason = "" if ended.returncode == 0 else stdout[-600:]
    return Verdict("fails" if reason else "works", reason, time.monotonic() - began)
