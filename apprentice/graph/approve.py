"""approve: a person is asked. The node has no side effects, because LangGraph runs it again when the answer comes."""

from __future__ import annotations

from typing import Any

from langgraph.types import interrupt

from apprentice.crashpoints import crash_point
from apprentice.graph.parts import Parts
from apprentice.graph.state import SkillState


def approve(state: SkillState, parts: Parts) -> dict[str, Any]:
    """Wait for the answer, and turn a "no" into a constraint for the model."""
    wanted = state.wanted_permissions
    answer = interrupt(
        {"skill": state.skill, "permissions": wanted, "code": state.code, "run_id": state.run_id}
    )
    crash_point("approve.decided")
    if answer in ("once", "skill"):
        return {"answer": answer, "granted": list(dict.fromkeys([*state.granted, *wanted]))}
    words = ", ".join(wanted)
    return {
        "answer": "no",
        "refused": list(dict.fromkeys([*state.refused, *wanted])),
        "constraints": list(
            dict.fromkeys([*state.constraints, f"A person refused this: {words}. Do without it."])
        ),
        "problem": f"It needs {words}, which was not approved.",
    }
