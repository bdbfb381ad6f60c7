"""What the processes that tests fork have imported already. Imported by the server that forks them, nowhere else."""

from __future__ import annotations

import gc
import os

os.environ["AGENT_NO_MODELS"] = "1"

import hypothesis.strategies  # noqa: F401
import pytest  # noqa: F401

import apprentice.graph.build
import apprentice.graph.checkpoints
import apprentice.models.choose
import apprentice.models.scripted  # noqa: F401
import autonomous_agent  # noqa: F401
import tests.curation.test_awaited_proofs
import tests.curation.test_library_crash
import tests.curation.test_tidy_crash
import tests.graph.killed  # noqa: F401

# The collector would copy the pages that the processes share.
gc.collect()
gc.freeze()
