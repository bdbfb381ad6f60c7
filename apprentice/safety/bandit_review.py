"""Static review by `bandit`: known careless or dangerous ways of writing things, found in a skill before it is kept.

It looks at one module's text in this process and runs none of it. bandit is imported at the first review (about 0.15 s),
never at the program's start. Comments such as `# nosec` are not obeyed: whoever wrote the code doesn't excuse it.
"""

from __future__ import annotations

import ast
import functools
import importlib
import io
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from apprentice.safety.syntax import quiet
from apprentice.syntax_trees import parse

Level = Literal["low", "medium", "high"]

#: bandit's tests that are not made, and why.
SKIPPED: Final = {
    "B101": "assert is how examples and tests say what must hold",
    "B105": "any string beside a name such as `token` is taken for a password",
    "B106": "any string given as an argument such as `token=` is taken for a password",
    "B107": "any default of an argument such as `token=` is taken for a password",
    "B108": "a run has its own temporary folder; other paths are the path rules' matter",
    "B110": "a passed-over exception is a matter of style here",
    "B112": "a passed-over exception is a matter of style here",
    "B311": "random numbers in a skill are for games and samples; secrets need `secrets`",
    "B313": "what hostile XML can use up is bounded by the sandbox",
    "B314": "what hostile XML can use up is bounded by the sandbox",
    "B315": "what hostile XML can use up is bounded by the sandbox",
    "B316": "what hostile XML can use up is bounded by the sandbox",
    "B317": "what hostile XML can use up is bounded by the sandbox",
    "B318": "what hostile XML can use up is bounded by the sandbox",
    "B319": "what hostile XML can use up is bounded by the sandbox",
    "B403": "importing pickle does nothing; loading with it is found by B301",
    "B404": "importing subprocess does nothing; each command is shown and approved by itself",
    "B405": "what hostile XML can use up is bounded by the sandbox",
    "B406": "what hostile XML can use up is bounded by the sandbox",
    "B407": "what hostile XML can use up is bounded by the sandbox",
    "B408": "what hostile XML can use up is bounded by the sandbox",
    "B409": "what hostile XML can use up is bounded by the sandbox",
    "B603": "each command is shown with its arguments and approved by itself",
    "B606": "each command is shown with its arguments and approved by itself",
    "B607": "each command is shown with its arguments and approved by itself",
}

#: The id of an issue that stands for "could not be reviewed": bandit itself failed on the code.
UNREVIEWED: Final = "B000"

_CODING = re.compile(r"coding(?=[:=])")
_lock = threading.Lock()
#: Text with each node in it that has no fields.
_SHARED: Final = """
a = b; del a
a + b - c * d / e // f % g ** h @ i << j >> k | l & m ^ n
not a and +b or -c and ~d
a == b != c < d <= e > f >= g is h is not i in j not in k
pass
"""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that the static review found.

    Attributes:
        test: bandit's id of the test, e.g. `B602`; `B000` where the review itself failed.
        severity: how bad it would be.
        confidence: how sure bandit is.
        line: where, from 1.
        text: one plain line.
    """

    test: str
    severity: Level
    confidence: Level
    line: int
    text: str

    @property
    def rule(self) -> str:
        """Its stable name among the findings of the gate: `bandit.B602`."""
        return f"bandit.{self.test}"

    @property
    def needs_approval(self) -> bool:
        """Whether a person is to be asked: of high severity, found with at least medium confidence."""
        return self.severity == "high" and self.confidence != "low"

    def __str__(self) -> str:
        return f"line {self.line}: {self.text} (bandit {self.test}, {self.severity} severity)"


def static_review(code: str) -> tuple[Issue, ...]:
    """What bandit finds in one module's source, in the order of the lines, each once.

    Code that isn't Python gives nothing: it can't run either. Code on which bandit itself fails gives the issue `B000`,
    of high severity: what was not reviewed is for a person to look at.
    """
    try:
        with quiet():
            compile(code, "<skill>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return ()
    except (RecursionError, MemoryError):
        return (_unreviewed("too deeply nested"),)
    try:
        found, failures = _visit(code)
    except (RecursionError, MemoryError):
        return (_unreviewed("too deeply nested"),)
    except Exception as error:  # noqa: BLE001 - a fault of the reviewer must not pass for "nothing found"
        logging.getLogger(__name__).warning("bandit failed: %r", error)
        return (_unreviewed(type(error).__name__),)
    issues = dict.fromkeys(_plain(issue) for issue in found)
    if failures:
        issues[Issue(UNREVIEWED, "low", "high", 1, f"Not all could be reviewed: {', '.join(failures)}.")] = (
            None
        )
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.test)))


def needs_approval(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Those of the issues that a person has to allow before the skill is kept."""
    return tuple(issue for issue in issues if issue.needs_approval)


def _unreviewed(reason: str) -> Issue:
    return Issue(UNREVIEWED, "high", "high", 1, f"The static review failed on this code ({reason}).")


def _plain(issue: Any) -> Issue:
    text = " ".join(str(issue.text).split())
    line = max(1, int(issue.lineno or 1))
    return Issue(str(issue.test_id), _level(issue.severity), _level(issue.confidence), line, text)


def _level(rank: object) -> Level:
    name = str(rank).lower()
    # bandit also knows "undefined".
    return cast("Level", name) if name in ("low", "medium", "high") else "low"


def _visit(code: str) -> tuple[list[Any], list[str]]:
    """bandit's issues, and the names of its tests that failed."""
    new_visitor = _load()
    # The text is what is reviewed, whatever encoding its first lines claim.
    head = _CODING.sub("c_ding", code, count=2)
    visitor = new_visitor(head.encode())
    failures: dict[str, None] = {}
    visitor.tester.report_error = lambda test, context, error: failures.setdefault(str(test))
    with _lock:
        try:
            visitor.process(code)
        finally:
            _clean_shared_nodes()
    return list(visitor.tester.results), list(failures)


def _clean_shared_nodes() -> None:
    """Take off bandit's marks from the nodes that all trees of a process share, such as `ast.Load()`.

    Each mark holds the whole tree that was reviewed, for whoever copies or walks through another one.
    """
    for node in ast.walk(parse(_SHARED)):
        if not node._fields:
            vars(node).clear()


def _load() -> Callable[[bytes], Any]:
    with _lock:
        return _load_once()


@functools.cache
def _load_once() -> Callable[[bytes], Any]:
    """Import bandit without its side effects: log lines, a changed format of warnings, a cache in the home folder."""
    for name in ("bandit", "stevedore"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
    format_warning = warnings.formatwarning
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            entry_points: Any = getattr(importlib.import_module("stevedore._cache"), "_c", None)
            if hasattr(entry_points, "_disable_caching"):
                entry_points._disable_caching = True
            config = importlib.import_module("bandit.core.config")
            meta_ast = importlib.import_module("bandit.core.meta_ast")
            metrics = importlib.import_module("bandit.core.metrics")
            node_visitor = importlib.import_module("bandit.core.node_visitor")
            test_set = importlib.import_module("bandit.core.test_set")
            tests = test_set.BanditTestSet(config.BanditConfig(), {"exclude": sorted(SKIPPED)})
    finally:
        warnings.formatwarning = format_warning

    def new_visitor(data: bytes) -> Any:
        counts = metrics.Metrics()
        counts.begin("skill.py")
        # No line is excused (the empty dict): a comment in generated code is no one's decision.
        return node_visitor.BanditNodeVisitor(
            "skill.py", io.BytesIO(data), meta_ast.BanditMetaAst(), tests, False, {}, counts
        )

    return new_visitor
