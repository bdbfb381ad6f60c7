"""Keeps what takes long to make in a folder, so that it is made once and is the same each time."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.simulated.competence import SimulatedTask, check_code_of, checks_of


def stored(cache: Path | None, what: str, task: SimulatedTask, make: Callable[[], Any]) -> Any:
    """What `make` gives for a task, as JSON has it; from the folder where it was made there before, by this very program."""
    file = cache / f"{what}-{_digest(task)}.json" if cache else None
    if file is None:
        return json.loads(json.dumps(make()))
    if not file.exists():
        text = json.dumps(make())
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        whole.write_text(text, encoding="utf-8")
        whole.replace(file)
    return json.loads(file.read_text(encoding="utf-8"))


def _digest(task: SimulatedTask) -> str:
    """Of all that the result depends on, this program's text too."""
    program = [file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py"))]
    parts = [task.id, task.function, task.solution, *task.examples, *checks_of(task), check_code_of(task)]
    return sha256(repr([program, parts]).encode()).hexdigest()[:24]
