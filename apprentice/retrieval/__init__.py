"""Finding skills: the search index derived from memory, the fusion of its rankings, and the decision to reuse."""

from apprentice.retrieval.decision import (
    Decision,
    DecisionKind,
    DecisionReply,
    Match,
    Parameter,
    decision_messages,
    decision_of,
    parameters_of,
)
from apprentice.retrieval.finder import Finder
from apprentice.retrieval.index import SkillIndex

__all__ = [
    "Decision",
    "DecisionKind",
    "DecisionReply",
    "Finder",
    "Match",
    "Parameter",
    "SkillIndex",
    "decision_messages",
    "decision_of",
    "parameters_of",
]
