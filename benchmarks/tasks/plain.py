"""The plain tasks, from easy to hard: fifty goals as people type them, most of them outside toy arithmetic."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.easy import EASY
from benchmarks.tasks.hard_data import HARD_DATA
from benchmarks.tasks.hard_text import HARD_TEXT
from benchmarks.tasks.medium_data import MEDIUM_DATA
from benchmarks.tasks.medium_text import MEDIUM_TEXT
from benchmarks.tasks.task import Task

PLAIN: Final[tuple[Task, ...]] = (*EASY, *MEDIUM_TEXT, *MEDIUM_DATA, *HARD_TEXT, *HARD_DATA)
