"""Finding skills: the search index derived from memory, the fusion of its two rankings, and the decision to reuse."""

from apprentice.retrieval.finder import (
    Decision,
    DecisionKind,
    DecisionReply,
    Finder,
    Match,
    decision_messages,
)

__all__ = [
    "Decision",
    "DecisionKind",
    "DecisionReply",
    "Finder",
    "Match",
    "SkillIndex",
    "decision_messages",
]
