"""The graph: which node follows which. Read this file to know the way of a goal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from typing import Any, cast

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from apprentice.graph.analyze import analyze
from apprentice.graph.approve import approve
from apprentice.graph.parts import Parts
from apprentice.graph.plan import plan
from apprentice.graph.state import SkillState
from apprentice.graph.test import test
from apprentice.graph.write import write

Node = Callable[[SkillState, Parts], dict[str, Any]]
SkillGraph = CompiledStateGraph[SkillState, Parts, SkillState, SkillState]

#: LangGraph counts every node as a step; an iteration has at most five.
STEPS_PER_ITERATION = 5


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> SkillGraph:
    """Compile the graph. To be run, it is given the `Parts` of the run as its context."""
    return _nodes().compile(checkpointer=checkpointer)


@cache
def _nodes() -> StateGraph[SkillState, Parts, SkillState, SkillState]:
    """The nodes and edges, the same for all runs: reading the types of the state takes LangGraph some time."""
    graph = StateGraph(SkillState, Parts)
    for name, node in (
        ("plan", plan),
        ("write", write),
        ("approve", approve),
        ("test", test),
        ("analyze", analyze),
    ):
        graph.add_node(name, cast("Any", _bound(node)))
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", after_plan, ["write", END])
    graph.add_conditional_edges("write", after_write, ["approve", "test", "analyze"])
    graph.add_conditional_edges("approve", after_approve, ["test", "analyze"])
    graph.add_edge("test", "analyze")
    graph.add_conditional_edges("analyze", after_analyze, ["plan", END])
    return graph


def after_plan(state: SkillState) -> str:
    """A goal that a skill of the library fulfils, or that one is general enough for, has ended."""
    return "write" if state.status == "running" else END


def after_write(state: SkillState) -> str:
    """A module that can't be used is analyzed, one that wants more than it may is approved, the others are tested."""
    if state.problem or not state.code:
        return "analyze"
    return "approve" if state.wanted_permissions else "test"


def after_approve(state: SkillState) -> str:
    """A module that can't do without what was refused is not run."""
    return "analyze" if state.problem else "test"


def after_analyze(state: SkillState) -> str:
    """Back to planning until the run has ended."""
    return "plan" if state.status == "running" else END


def mermaid() -> str:
    """The graph as Mermaid text, from the compiled graph itself."""
    return build_graph().get_graph().draw_mermaid()


def _bound(node: Node) -> Callable[[SkillState, Runtime[Parts]], dict[str, Any]]:
    def run(state: SkillState, runtime: Runtime[Parts]) -> dict[str, Any]:
        parts = runtime.context
        parts.cancel.check()
        started = time.monotonic()
        changes = node(state, parts)
        return {**changes, "seconds": state.seconds + time.monotonic() - started}

    run.__name__ = getattr(node, "__name__", "node")
    return run
