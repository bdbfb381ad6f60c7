"""Task sets: what a user would type, and hidden checks that decide whether what came back is right."""

from __future__ import annotations

from benchmarks.tasks.task import Grade, Split, Task

__all__ = ["Grade", "Split", "Task"]
