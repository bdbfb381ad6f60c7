"""The allow-list: the packages that skills may ask for, in a file of the workspace that the user edits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from apprentice.errors import PackageError, UsageError
from apprentice.files import workspace_error, write_atomic

FILE_NAME: Final = "allowed_packages.txt"

_DEFAULT = """\
# Packages that skills may ask for, one a line. A person still approves each one for each skill.
#
# A line is the package's name on the index, with what limits its version if you like, and in brackets the names
# that code imports it by where they differ:
#
#     pandas>=2,<3
#     beautifulsoup4 (import bs4)
#
# A package may bring what it depends on. Only ready-built packages (wheels) are installed: nothing is built here, and
# nothing is installed into the agent's own Python. Take a line away, and no skill gets that package any more.

# Numbers and tables
numpy
pandas
scipy
sympy
mpmath
networkx
scikit-learn (import sklearn)
statsmodels
polars
pyarrow

# Pictures and charts
matplotlib
seaborn
pillow (import PIL)
qrcode

# The web
requests
httpx
beautifulsoup4 (import bs4)
lxml
html5lib
feedparser

# Texts, dates and formats
pyyaml (import yaml)
python-dateutil (import dateutil)
pytz
tzdata
jinja2
markdown
markdown-it-py (import markdown_it)
regex
rapidfuzz
unidecode
charset-normalizer (import charset_normalizer)
xmltodict
tomlkit
orjson
msgpack
tabulate

# Documents
openpyxl
xlsxwriter
python-docx (import docx)
pypdf
reportlab

# Building blocks
pydantic
attrs (import attr, attrs)
more-itertools (import more_itertools)
sortedcontainers
rich
tqdm
"""

_IMPORTS = re.compile(r"(?P<requirement>[^(]+|.*?[^(]\))\s*\(\s*import\s+(?P<names>[^()]*)\)")
_COMMENT = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """One line of the list.

    Attributes:
        name: the package's name in its normal form.
        requirement: as it is given to the installer, e.g. `pandas<3,>=2`.
        imports: the dotted names that code imports it by.
        line: where it stands in the file, from 1.
    """

    name: str
    requirement: Requirement
    imports: tuple[str, ...]
    line: int


class AllowList:
    """The packages that may be installed. The file is read anew whenever it changed.

    Args:
        workspace: the folder that holds the file; the file is written with a helpful default at its first use.
    """

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / FILE_NAME
        self._stamp: tuple[int, int, int] | None = None
        self._entries: tuple[Allowed, ...] = ()

    def entries(self) -> tuple[Allowed, ...]:
        """All lines, in order.

        Raises:
            UsageError: a line can't be understood; names it by its number.
            WorkspaceError: the file can't be read or written.
        """
        try:
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(self.path, _DEFAULT)
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp:
                self._entries = parse_allowed(self.path.read_text(encoding="utf-8-sig"))
                self._stamp = stamp
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{FILE_NAME} isn't text in UTF-8: {error.reason}.", "Save it as UTF-8."
            ) from None
        except OSError as error:
            raise workspace_error(error, self.path) from error
        return self._entries

    def find(self, name: str) -> Allowed:
        """The line that allows an import, or a package by its name on the index.

        Raises:
            PackageError: none does; says how to allow it.
            UsageError: the file has a line that can't be understood.
        """
        entries = self.entries()
        wanted = name.strip()
        parts = wanted.split(".")
        for length in range(len(parts), 0, -1):
            dotted = ".".join(parts[:length])
            for entry in entries:
                if dotted in entry.imports:
                    return entry
        normal = canonicalize_name(wanted)
        for entry in entries:
            if normal == entry.name:
                return entry
        raise PackageError(
            f"The package {name!r} isn't on the list of allowed packages.",
            f"To allow it, add a line to {self.path}: {_line_for(parts[0])}",
        )

    def named(self, name: str) -> Allowed | None:
        """The line for a package of this normal name, if there is one."""
        return next((entry for entry in self.entries() if entry.name == name), None)


def parse_allowed(text: str) -> tuple[Allowed, ...]:
    """The lines of an allow-list.

    Raises:
        UsageError: a line can't be understood, or says something twice.
    """
    entries: list[Allowed] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _COMMENT.sub("", raw).strip()
        if line:
            entry = _parse_line(line, number)
            for other in entries:
                twice = entry.name == other.name or set(entry.imports) & set(other.imports)
                if twice:
                    raise _bad(number, f"line {other.line} says this already: {line}")
            entries.append(entry)
    return tuple(entries)


def _parse_line(line: str, number: int) -> Allowed:
    found = _IMPORTS.fullmatch(line)
    given, names = (found["requirement"], found["names"]) if found else (line, "")
    try:
        requirement = Requirement(given)
    except InvalidRequirement:
        raise _bad(
            number, f"{line!r} is no package, such as `pandas>=2,<3` or `beautifulsoup4 (import bs4)`"
        ) from None
    if requirement.url:
        raise _bad(
            number,
            f"{requirement.name} is to come from an address; only packages of the index can be allowed",
        )
    if requirement.marker:
        raise _bad(number, f"{requirement.name} has a condition after `;`, which can't be used here")
    name = canonicalize_name(requirement.name)
    imports = _names(names) if found else (name.replace("-", "_"),)
    if not imports or not all(_is_dotted(part) for part in imports):
        raise _bad(number, f"{names.strip() or line!r} can't be imported")
    return Allowed(name, requirement, imports, number)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[,\s]+", text) if part))


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _line_for(name: str) -> str:
    return (
        f"{name}, or PACKAGE (import {name}) where the package has another name."
        if _is_dotted(name)
        else name
    )


def _bad(number: int, reason: str) -> UsageError:
    return UsageError(f"{FILE_NAME}, line {number}: {reason}.", "Correct the line, or put # before it.")


def requirement_text(entries: Iterable[Allowed]) -> tuple[str, ...]:
    """The requirements of some lines, as the installer reads them, sorted."""
    return tuple(sorted(str(entry.requirement) for entry in entries))
