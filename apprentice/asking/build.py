"""The graph of a request. Read this file to know the way of a question."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any, cast

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from apprentice.asking.decompose import decompose
from apprentice.asking.find import find
from apprentice.asking.judge import judge
from apprentice.asking.parts import AskParts
from apprentice.asking.resolve import resolve
from apprentice.asking.run import run
from apprentice.asking.state import AskState

Node = Callable[[AskState, AskParts], dict[str, Any]]
AskGraph = CompiledStateGraph[AskState, AskParts, AskState, AskState]

#: LangGraph counts every node as a step.
STEPS_PER_PLAN = 5


@cache
def build_graph() -> AskGraph:
    """Compile the graph, once. To be run, it is given the `AskParts` of the request as its context."""
    graph = StateGraph(AskState, AskParts)
    for name, node in (
        ("find", find),
        ("decompose", decompose),
        ("resolve", resolve),
        ("execute", run),
        ("judge", judge),
    ):
        graph.add_node(name, cast("Any", _bound(node)))
    graph.add_edge(START, "find")
    graph.add_edge("find", "decompose")
    graph.add_conditional_edges("decompose", after_decompose, ["resolve", "judge"])
    graph.add_edge("resolve", "execute")
    graph.add_edge("execute", "judge")
    graph.add_conditional_edges("judge", after_judge, ["decompose", END])
    return graph.compile()


def after_decompose(state: AskState) -> str:
    """Without a plan there is nothing to run."""
    return "resolve" if state.plan is not None else "judge"


def after_judge(state: AskState) -> str:
    """Back to planning until the request has ended."""
    return "decompose" if state.status == "running" else END


def mermaid() -> str:
    """The graph as Mermaid text, from the compiled graph itself."""
    return build_graph().get_graph().draw_mermaid()


def _bound(node: Node) -> Callable[[AskState, Runtime[AskParts]], dict[str, Any]]:
    def bound(state: AskState, runtime: Runtime[AskParts]) -> dict[str, Any]:
        runtime.context.cancel.check()
        return node(state, runtime.context)

    bound.__name__ = getattr(node, "__name__", "node")
    return bound
