"""Commands on the library, the same at the prompt and on the command line: words in, text out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from apprentice.errors import AgentError, UsageError

if TYPE_CHECKING:
    from apprentice.agent import Agent


class LibraryCommand(NamedTuple):
    """A command: what it does with its words, and its line of help: the words it takes, and what it does."""

    run: Callable[[Agent, Sequence[str]], str]
    words: str
    about: str


def words_of(text: str, command: str = "") -> list[str]:
    """The words of a line; quotes hold several together. An example is Python: its quotes are its own.

    Raises:
        UsageError: a quote is not closed.
    """
    if command in ("example", "questions"):
        return text.split(maxsplit=1)
    try:
        return shlex.split(text)
    except ValueError:
        raise UsageError("A quote is not closed.", "Close it, or leave it out.") from None


def history(agent: Agent, words: Sequence[str]) -> str:
    """The versions of a skill."""
    from apprentice.interfaces import library_view

    name = _one(words, ":history is_even")
    return library_view.history(name, agent.versions.history(name))


def diff(agent: Agent, words: Sequence[str]) -> str:
    """What differs between two versions."""
    from apprentice.interfaces import library_view

    if not 1 <= len(words) <= 3:
        raise UsageError("Which skill?", "Write e.g. :diff is_even, or :diff is_even 1 3.")
    return library_view.diff(agent.versions.diff(words[0], *map(_number, words[1:])))


def rollback(agent: Agent, words: Sequence[str]) -> str:
    """Go back to an earlier version."""
    from apprentice.interfaces import library_view

    if not 1 <= len(words) <= 2:
        raise UsageError("Which skill?", "Write e.g. :rollback is_even, or :rollback is_even 2.")
    return library_view.rolled_back(agent.versions.rollback(words[0], *map(_number, words[1:])))


def delete(agent: Agent, words: Sequence[str]) -> str:
    """Delete a skill; :undo brings it back."""
    from apprentice.interfaces import library_view

    force = "--force" in words
    name = _one([word for word in words if word != "--force"], ":delete is_even")
    return library_view.deletion(agent.trash.delete(name, force=force))


def undo(agent: Agent, words: Sequence[str]) -> str:
    """Bring a deleted skill back; without a name, list them."""
    from apprentice.interfaces import library_view

    if not words:
        return library_view.deleted(agent.trash.deleted())
    return library_view.restored(agent.trash.restore(_one(words, ":undo is_even")))


def prove(agent: Agent, words: Sequence[str]) -> str:
    """Run a skill's tests again, and those of the skills that use it."""
    from apprentice.interfaces import library_view

    name = _one(words, ":prove is_even")
    report = agent.proofs.prove(name)
    return library_view.proof(report, agent.proofs.prove_dependants(name))


def lessons(agent: Agent, words: Sequence[str]) -> str:
    """What was learnt from failures."""
    from apprentice.interfaces import lessons_view

    return lessons_view.changed(agent.memory, words)


def seed(agent: Agent, words: Sequence[str]) -> str:
    """The skills shipped with the program."""
    from apprentice.curation import seeds
    from apprentice.interfaces import tools_view

    if not words:
        standing = [
            (shipped, seeds.standing(shipped, agent.library, agent.memory.skill(shipped.name)))
            for shipped in seeds.available()
        ]
        return tools_view.seeds(standing)
    results = seeds.install(
        None if list(words) == ["all"] else list(words),
        library=agent.library,
        memory=agent.memory,
        gate=agent.gate,
        sandbox=lambda: agent.sandbox,
    )
    return tools_view.installed(results)


def tools(agent: Agent, words: Sequence[str]) -> str:
    """The tools that the user brings."""
    from apprentice.curation.tools import place_of
    from apprentice.interfaces import tools_view

    place = place_of(agent.settings)
    return tools_view.tools(agent.tools.loaded, agent.memory.skills(origin="tool"), str(place or ""))


def example(agent: Agent, words: Sequence[str]) -> str:
    """Add an example to a skill's tests, and prove it."""
    from apprentice.interfaces import library_view

    if len(words) < 2:
        raise UsageError("Which skill, and what must hold?", "Write e.g. :example is_even is_even(4) == True")
    return library_view.proof(agent.add_examples(words[0], [" ".join(words[1:])]))


def questions(agent: Agent, words: Sequence[str]) -> str:
    """What only a person can decide of kept skills; with a skill and a value, the answer."""
    from apprentice.interfaces import library_view, render

    if not words:
        return library_view.questions(agent.questions())
    if len(words) < 2:
        raise UsageError("Which value is right?", "Write e.g. :questions slugify 1, or the value itself.")
    open_ = agent.questions()
    values = open_[words[0]].values if words[0] in open_ else []
    return library_view.proof(
        agent.answer(words[0], render.question_answer(" ".join(words[1:]), values) or "")
    )


def revive(agent: Agent, words: Sequence[str]) -> str:
    """Have a retired skill proposed for requests again."""
    record = agent.tidy.revive(_one(words, ":revive is_even"))
    return f"{record.name} is found for requests again."


def tidy_up(agent: Agent, ask: Callable[[str], str], say: Callable[[str], None], *, yes: bool = False) -> int:
    """Go through what could be tidied up, ask about each, and do what is agreed to; how many there were.

    Args:
        ask: puts a question and gives the answer; only `y…` and `a…` (all that follow) agree, `q…` ends it.
        say: prints a text.
        yes: agree to everything without asking.
    """
    from apprentice.interfaces import tidy_view

    proposals = agent.tidy.proposals()
    done = []
    not_possible = 0
    for number, proposal in enumerate(proposals, start=1):
        say(tidy_view.proposal(proposal, number, len(proposals)))
        said = "y" if yes else ask(tidy_view.question(proposal)).strip().lower()
        if said.startswith("q"):
            break
        yes = yes or said.startswith("a")
        if not said.startswith(("y", "a")):
            continue
        try:
            done.append(agent.tidy.carry_out(proposal))
        except AgentError as error:
            not_possible += 1
            say(tidy_view.refused(str(error)))
        else:
            say(tidy_view.done(done[-1]))
    say(tidy_view.summary(len(proposals), done, not_possible))
    return len(proposals)


COMMANDS: Final[dict[str, LibraryCommand]] = {
    "seed": LibraryCommand(
        seed, "[all | NAME ...]", "the skills shipped with the program; with names, install them"
    ),
    "tools": LibraryCommand(tools, "", "the functions, libraries and model calls that you brought"),
    "history": LibraryCommand(history, "SKILL", "its versions"),
    "diff": LibraryCommand(diff, "SKILL [OLD [NEW]]", "what differs between two versions"),
    "rollback": LibraryCommand(
        rollback, "SKILL [VERSION]", "go back to an earlier version, by default the one before"
    ),
    "example": LibraryCommand(example, "SKILL EXPRESSION", "add what must hold to its tests, and prove it"),
    "questions": LibraryCommand(
        questions, "[SKILL VALUE]", "what only you can decide of kept skills; with a value, your answer"
    ),
    "prove": LibraryCommand(prove, "SKILL", "run its tests again, and those of the skills that use it"),
    "delete": LibraryCommand(delete, "SKILL [--force]", "delete it; --force: also where others use it"),
    "undo": LibraryCommand(undo, "[SKILL]", "bring a deleted skill back; without a name, list them"),
    "revive": LibraryCommand(revive, "SKILL", "find a retired skill for requests again"),
    "lessons": LibraryCommand(
        lessons, "[edit N TEXT | delete N]", "what was learnt from failures, and how it served"
    ),
}


def help_lines() -> str:
    """A line for each command, as the prompt's help shows it."""
    return "\n".join(
        f"{f':{name} {command.words}'.strip():<34} {command.about}" for name, command in COMMANDS.items()
    )


def _one(words: Sequence[str], example: str) -> str:
    if len(words) != 1:
        raise UsageError("Which skill?", f"Name one, e.g. {example}.")
    return words[0]


def _number(word: str) -> int:
    if not word.isdecimal():
        raise UsageError(f"{word!r} is no version.", "Versions are numbers; :history shows them.")
    return int(word)
