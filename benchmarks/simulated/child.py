"""Runs modules in processes of their own, each with limits. Started as a program; imports nothing of this project.

Reads a job as JSON from standard input, writes the result as JSON. Each module is run in a fork, so that one that loops,
exits or eats memory takes nothing else along. The time counted is that of the processor, so that a busy machine gives the
same result.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import types
from typing import Any, NoReturn

#: `raises:ValueError: f('')`, or `f('') raises ValueError`
RAISES = re.compile(r"^\s*(?:raises:\s*(\w+):\s*(.*\S)|(.*\S)\s+raises\s+([A-Za-z_]\w*))\s*$", re.DOTALL)
MEMORY = 1 << 30
WALL_FACTOR = 20
#: a module is asked nothing more after so many calls that took too long
MOST_SLOW = 3


class Slow(BaseException):
    """More time than allowed."""


def _slow(signum: int, frame: object) -> NoReturn:
    raise Slow


def raising(text: str) -> tuple[str, str]:
    """The expression of an example or check, and the name of what it must raise ("" where it must be true)."""
    if match := RAISES.match(text):
        return (match[2], match[1]) if match[1] else (match[3], match[4])
    return text.strip().removeprefix("assert "), ""


def holds(text: str, names: dict[str, Any]) -> bool:
    """Whether an example or check holds."""
    text, error_name = raising(text)
    if error_name:
        try:
            eval(text, names)
        except Exception as error:
            return error_name in [kind.__name__ for kind in type(error).__mro__]
        return False
    try:
        compiled = compile(text, "check", "eval")
    except SyntaxError:
        exec(text, names)
        return True
    return bool(eval(compiled, names))


def verdict(code: str, job: dict[str, Any]) -> dict[str, bool]:
    """Whether a module holds the examples, and whether the checks."""
    result = {"examples": True, "checks": True}
    names = namespace(code)
    if names is None or job["function"] not in names:
        return {"examples": False, "checks": False}
    for kind in ("examples", "checks"):
        for text in job[kind]:
            try:
                if not holds(text, dict(names)):
                    result[kind] = False
            except Exception:
                result[kind] = False
    if job["check_code"] and result["checks"]:
        try:
            # Some check code calls by their names what the module defines.
            checks = dict(names)
            random.seed(0)
            exec(job["check_code"], checks)
            checks["check"](names[job["function"]])
        except Exception:
            result["checks"] = False
    return result


def values(code: str, job: dict[str, Any]) -> list[dict[str, str]]:
    """What each call gives: the text of a value that can be read back, or the name of what was raised; {} for neither."""
    names = namespace(code)
    results: list[dict[str, str]] = []
    slow = 0
    for call in job["calls"]:
        if slow == MOST_SLOW:
            results.append({})
            continue
        signal.setitimer(signal.ITIMER_PROF, job["seconds"])
        try:
            value = eval(call, dict(names)) if names is not None else None
            text = readable(value) if names is not None else ""
            results.append({"value": text} if text else {})
        except Exception as error:
            known = isinstance(getattr(builtins, type(error).__name__, None), type)
            results.append({"raises": type(error).__name__} if known else {})
        except Slow:
            slow += 1
            results.append({})
    return results


def readable(value: object) -> str:
    """A text from which the value can be read back; empty if there is none of decent length."""
    try:
        text = repr(value)
        return text if len(text) <= 200 and ast.literal_eval(text) == value else ""
    except (ValueError, SyntaxError, TypeError):
        return ""


def namespace(code: str) -> dict[str, Any] | None:
    """The names of a module, or None if it can't be imported."""
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    try:
        exec(compile(code, "solution.py", "exec"), module.__dict__)
    except Exception:
        return None
    return module.__dict__


def forked(code: str, job: dict[str, Any]) -> Any:
    """The result of a module, from a process of its own; None if it took too long or died."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _limit(job["seconds"] * min(10, len(job.get("calls", "1"))))
            signal.signal(signal.SIGPROF, _slow)
            signal.setitimer(signal.ITIMER_PROF, job["seconds"])
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                result = values(code, job) if "calls" in job else verdict(code, job)
                signal.setitimer(signal.ITIMER_PROF, 0)
                os.chdir("/")
            os.write(writing, json.dumps(result).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return json.loads(data) if data else None


def _limit(seconds: float) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 24, 1 << 24))
    whole = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    # One that sleeps uses no processor time.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(whole * WALL_FACTOR)


def main() -> None:
    """Do one job."""
    job = json.load(sys.stdin)
    results = []
    for code in job["modules"]:
        started = time.process_time() + sum(os.times()[2:4])
        result = forked(code, job)
        spent = time.process_time() + sum(os.times()[2:4]) - started
        results.append({"result": result, "seconds": spent})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
