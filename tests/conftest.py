"""No test reaches a network or a model by accident: only the scripted model opens, unless a test says otherwise."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.warm_sandbox import WarmSandboxes

# The same examples each time; a search for others is a matter of a longer run: HYPOTHESIS_PROFILE=search.
settings.register_profile(
    "suite",
    derandomize=True,
    database=None,
    deadline=None,
    # How fast examples are made is a matter of the machine.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

os.environ["AGENT_NO_MODELS"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def warm_sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmSandboxes]:
    """Those of the agents in this process."""
    made = WarmSandboxes(tmp_path_factory.getbasetemp().resolve())
    yield made
    made.end()


@pytest.fixture(autouse=True)
def warm(warm_sandboxes: WarmSandboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    """No agent waits for a sandbox's server to start."""
    monkeypatch.setattr("apprentice.opened.choose_sandbox", warm_sandboxes.choose)


@pytest.fixture(autouse=True)
def clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings of the machine that runs the tests don't leak in, and no test writes into the repository's workspace."""
    for name in list(os.environ):
        if (name.startswith("AGENT_") and name != "AGENT_NO_MODELS") or name == "OLLAMA_HOST":
            monkeypatch.delenv(name)
    # Most tests say what they protect without an embedding model; those that are about it, or about the whole, take it.
    monkeypatch.setenv("AGENT_EMBEDDING_MODEL", "none")
    # Most tests are about other things than proof, and script one candidate only.
    monkeypatch.setenv("AGENT_PROOF", "basic")
    monkeypatch.setenv("AGENT_WORKSPACE", str(tmp_path_factory.mktemp("workspace")))
