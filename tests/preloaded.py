"""What the processes that tests fork have imported already. Imported by the server that forks them, nowhere else."""

# ruff: noqa: F401
from __future__ import annotations

import gc

import hypothesis.strategies
import pytest

import apprentice.curation.seeds
import apprentice.graph.build
import apprentice.graph.checkpoints
import apprentice.interfaces.commands
import apprentice.interfaces.repl
import apprentice.models.choose
import apprentice.models.scripted
import autonomous_agent
import tests.curation.test_awaited_proofs
import tests.curation.test_library_crash
import tests.curation.test_tidy_crash
import tests.graph.killed

# The collector would copy the pages that the processes share.
gc.collect()
gc.freeze()
