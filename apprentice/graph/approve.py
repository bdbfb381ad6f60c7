"""approve: a person is asked. The node has no side effects, because LangGraph runs it again when the answer comes."""

from __future__ import annotations

from typing import Any

from langgraph.types import interrupt

from apprentice.crashpoints import crash_point
from apprentice.grants import in_words
from apprentice.graph.needs import parsed
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
    refused = list(dict.fromkeys([*state.refused, *wanted]))
    blocking = [key for key in wanted if key not in state.optional_permissions]
    if not blocking:
        return {"answer": "no", "refused": refused}
    words = ", ".join(map(in_words, parsed(blocking)))
    return {
        "answer": "no",
        "refused": refused,
        "constraints": list(
            dict.fromkeys([*state.constraints, f"A person refused to let it {words}. Do without that."])
        ),
        "problem": f"It needs to {words}, which was not approved.",
    }
