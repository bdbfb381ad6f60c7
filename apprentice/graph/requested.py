"""What a goal's own words ask to be allowed: the hosts, paths, commands and packages that it names.

Nothing is granted by this. It is what a person is asked for when the code that was written turns out to need something
of the kind. So a wrong guess costs little; still, a path is only taken where it stands as one in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from apprentice.safety.permissions import Permission

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[\]'\"`<>(){},;]+)"
_URL = re.compile(
    rf"\b(?P<scheme>{'|'.join(_PORTS)})://(?:[^\s/@'\"`]*@)?(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?[^\s'\"`<>)\]}}]*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\w.:@/-])(?P<host>localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):(?P<port>\d{1,5})(?![\w.]*\w)"
)
_PATH = re.compile(
    r"(?P<quote>[`'\"])(?P<quoted>(?:~?/|[A-Za-z]:[\\/])[^`'\"\n]*)(?P=quote)"
    r"|(?<![^\s(\[=:,])(?P<bare>(?:~?/|[A-Za-z]:\\)[^\s'\"`,;:!?()\[\]{}<>|*]+)"
)
_COMMAND = re.compile(
    r"\bcommands?(?:\s+line)?:?\s+(?P<quote>[`'\"])(?P<line>[^`\n]+?)(?P=quote)", re.IGNORECASE
)
_PACKAGE = re.compile(
    r"\b(?:using|uses?|with|via|imports?|package|library|module)\s+(?:the\s+)?(?:package\s+|library\s+|module\s+)?"
    r"`?(?P<name>[A-Za-z_]\w*)(?P<call>\s*\()?",
    re.IGNORECASE,
)
_WRITES = (
    r"writ(?:e|es|ing|ten)|sav(?:e|es|ing|ed)|stor(?:e|es|ing|ed)|append(?:s|ing|ed)?|delet(?:e|es|ing|ed)|"
    r"remov(?:e|es|ing|ed)|creat(?:e|es|ing|ed)|export(?:s|ing|ed)?|dump(?:s|ing|ed)?|mov(?:e|es|ing|ed)|"
    r"renam(?:e|es|ing|ed)|overwrit(?:e|es|ing|ten)|modif(?:y|ies|ying|ied)|edit(?:s|ing|ed)?|"
    r"chang(?:e|es|ing|ed)|updat(?:e|es|ing|ed)|clean(?:s|ing|ed)?|puts?|logs?|extract(?:s|ing|ed)?|unpack(?:s|ing|ed)?"
)
_READS = (
    r"reads?|reading|load(?:s|ing|ed)?|open(?:s|ing|ed)?|list(?:s|ing|ed)?|count(?:s|ing|ed)?|pars(?:e|es|ing|ed)|"
    r"search(?:es|ing|ed)?|scan(?:s|ning|ned)?|finds?|finding|prints?|returns?|sums?|from|gets?|looks?|uses?|using|given"
)
_VERB = re.compile(
    rf"(?<!\bthe\s)(?<!\ba\s)(?<!\ban\s)(?<!\bits\s)(?<!\bof\s)\b(?:(?P<write>{_WRITES})|(?P<copy>cop(?:y|ies|ying|ied))|(?P<read>{_READS}))\b",
    re.IGNORECASE,
)
_TOWARDS = re.compile(
    r"\b(?:(?P<into>to|into|onto)|in|under|as)(?:\s+(?:the|a|an|its|new|folder|file|directory))*\s*$",
    re.IGNORECASE,
)
#: "Write a function …" says nothing about files.
_OPENING = re.compile(
    r"\b(?:write|create|make|save)s?\s+(?:me\s+)?(?:(?:an?|the|one|some|small|simple|python)\s+)*"
    r"(?:function|skill|class|module|program|script|method|tool|code|[A-Za-z_]\w*\s*\()",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom(?:\s+(?:the|a|an|folder|file|directory))*\s*$", re.IGNORECASE)
#: Most permissions that are taken out of one goal.
_MOST = 12


def requested_permissions(
    goal: str, package_named: Callable[[str], str] = lambda name: ""
) -> list[Permission]:
    """The permissions that a goal names, each once, in order.

    Args:
        goal: the goal in plain words.
        package_named: the name by which code imports a package that may be asked for; empty where there is none.
    """
    found = [*_network(goal), *_paths(_URL.sub(_blank, goal)), *_commands(goal)]
    found += _packages(goal, package_named)
    return list(dict.fromkeys(found))[:_MOST]


def _network(goal: str) -> Iterator[Permission]:
    for match in _URL.finditer(goal):
        port = match["port"] or _PORTS[match["scheme"].lower()]
        yield Permission("network", f"{match['host'].rstrip('.')}:{port}")
    for match in _ADDRESS.finditer(_URL.sub(_blank, goal)):
        yield Permission("network", f"{match['host']}:{match['port']}")


def _paths(text: str) -> Iterator[Permission]:
    for match in _PATH.finditer(text):
        path = (match["quoted"] or match["bare"]).rstrip()
        if match["bare"]:
            path = path.rstrip(".")
        if len(path.strip("~/\\. ")) < 2:
            continue
        yield Permission("write" if _is_written(text, match.start()) else "read", path)


def _is_written(text: str, position: int) -> bool:
    """Whether the words before a path say that it is changed: the last verb of its sentence counts."""
    before = re.split(r"[.;!?]\s|\n\s*\n", text[:position])[-1].rstrip("`'\" ")
    verbs = list(_VERB.finditer(_OPENING.sub(_blank, before)))
    if _FROM.search(before):
        # "delete the lines from /a" changes it; "read the lines from /a" and "copy it from /a" don't.
        verbs = [verb for verb in verbs if verb[0].lower() != "from"]
        return bool(verbs) and re.match(r"delet|remov|mov", verbs[-1][0], re.IGNORECASE) is not None
    towards = _TOWARDS.search(before)
    if towards and towards["into"]:
        return any(verb["write"] or verb["copy"] for verb in verbs)
    return bool(verbs) and verbs[-1]["write"] is not None


def _commands(goal: str) -> Iterator[Permission]:
    for match in _COMMAND.finditer(goal):
        yield Permission("command", match["line"].strip())


def _packages(goal: str, package_named: Callable[[str], str]) -> Iterator[Permission]:
    for match in _PACKAGE.finditer(goal):
        if match["call"]:
            continue
        if name := package_named(match["name"]) or package_named(match["name"].lower()):
            yield Permission("package", name)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
