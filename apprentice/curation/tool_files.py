"""The tools that the user brings, as they are written down: Python files, and entries in YAML or JSON files."""

from __future__ import annotations

import json
import re
import string
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from apprentice.curation.entry import EntryFunction, entry_function
from apprentice.errors import UsageError
from apprentice.settings import Role
from apprentice.skills.naming import check_name

MAX_FILE_BYTES: Final = 256 * 1024
MAX_FILES: Final = 500
MAX_ENTRIES: Final = 500
MAX_DEPTH: Final = 30
MAX_CODE: Final = 100_000
MAX_TEXT: Final = 20_000
#: Where entries come from that a program hands over.
FROM_PROGRAM: Final = "(program)"
#: Types that a prompt's parameters may have.
TYPES: Final = ("str", "int", "float", "bool", "list", "dict")

_LIBRARY = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_NOT_TOOLS = frozenset({"conftest.py", "setup.py"})


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_listed)]


class ToolEntry(BaseModel):
    """One entry of a file, as it may be written. Names of AutoCodeAgent are understood."""

    model_config = ConfigDict(extra="forbid", strict=True)

    tool_name: str = Field("", max_length=100, validation_alias=AliasChoices("tool_name", "name"))
    description: str = Field("", max_length=MAX_TEXT)
    lib_names: Texts = Field(
        default_factory=list, max_length=50, validation_alias=AliasChoices("lib_names", "lib_name")
    )
    instructions: str = Field("", max_length=MAX_TEXT)
    code_example: str = Field("", max_length=MAX_CODE)
    use_exactly: bool = Field(
        False,
        validation_alias=AliasChoices("use_exactly_code_example", "use_exaclty_code_example", "use_exactly"),
    )
    code: str = Field("", max_length=MAX_CODE)
    tests: Texts = Field(default_factory=list, max_length=20)
    examples: Texts = Field(default_factory=list, max_length=100)
    answers: Texts = Field(default_factory=list, max_length=20)
    permissions: Texts = Field(default_factory=list, max_length=20)
    prompt: str = Field("", max_length=MAX_TEXT)
    role: Role = "analyst"
    parameters: dict[str, Literal["str", "int", "float", "bool", "list", "dict"]] = Field(
        default_factory=dict, max_length=50
    )
    type: str = Field("", max_length=100)


@dataclass(frozen=True, slots=True)
class LibraryTool:
    """Libraries that code may import, with what the user says of them."""

    names: tuple[str, ...]
    instructions: str = ""
    code_example: str = ""


@dataclass(frozen=True, slots=True)
class FunctionTool:
    """A function that becomes a skill as it is.

    Attributes:
        tests: texts of test files.
        examples: expressions that must hold, as the user wrote them.
        permissions: keys of what it needs, where the code doesn't say it exactly. They are asked for, not given.
    """

    name: str
    code: str
    entry: EntryFunction
    description: str = ""
    tests: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptTool:
    """A model call: a prompt with `{parameter}` where the arguments go."""

    name: str
    prompt: str
    parameters: tuple[tuple[str, str], ...]
    description: str = ""
    role: Role = "analyst"
    answers: tuple[str, ...] = ()


Tool = LibraryTool | FunctionTool | PromptTool


@dataclass(frozen=True, slots=True)
class ReadTool:
    """A tool, and the file that it stands in."""

    file: str
    tool: Tool


@dataclass(slots=True)
class Reading:
    """What was read.

    Attributes:
        tools: the tools, in order; each name once.
        problems: one line for each entry or file that can't be used: which, why, what to do.
        unknown: files of which it isn't known what tools they hold, because something in them can't be read.
        broken: names of entries that can't be used as they are.
    """

    tools: list[ReadTool] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """Names of the functions and prompts."""
        return {read.tool.name for read in self.tools if not isinstance(read.tool, LibraryTool)}


class _Unusable(Exception):
    """Why something can't be used, and what to do, in one line without the place."""


def read_tools(place: Path | None, entries: Sequence[Mapping[str, Any]] = ()) -> Reading:
    """Read a folder of tools or one file of them, and entries that a program hands over. Never raises for their sake.

    Args:
        place: a folder, or a `.py`, `.yaml`, `.yml` or `.json` file; None for none.
        entries: further tools, each as in a file.
    """
    reading = Reading()
    if place is not None:
        _read_place(place, reading)
    _take(reading, FROM_PROGRAM, list(entries), {})
    return reading


def _read_place(place: Path, reading: Reading) -> None:
    try:
        if place.is_dir():
            paths = sorted(path for path in place.iterdir() if not path.name.startswith((".", "_")))
        elif place.exists():
            paths = [place]
        else:
            raise FileNotFoundError(2, "there is no such folder or file")
    except OSError as error:
        reading.unknown.add("*")
        reading.problems.append(_line(f"{place}: {error.strerror}. Correct AGENT_TOOLS, or make the folder."))
        return
    if len(paths) > MAX_FILES:
        reading.unknown.add("*")
        reading.problems.append(
            _line(f"{place}: more than {MAX_FILES} files. Only the first are read; put fewer there.")
        )
        paths = paths[:MAX_FILES]
    root = place if place.is_dir() else place.parent
    beside: dict[str, str] = {}
    rest: list[tuple[Path, str]] = []
    for path in paths:
        is_test = path.name.startswith("test_") and path.suffix == ".py"
        if is_test or path.suffix in (".py", ".yaml", ".yml", ".json"):
            try:
                text = _text(path, root)
            except _Unusable as problem:
                reading.unknown.add(path.name)
                reading.problems.append(_line(f"{path.name}: {problem}"))
                continue
            if is_test:
                beside[path.name] = text
            elif path.name not in _NOT_TOOLS:
                rest.append((path, text))
    for path, text in rest:
        _read_text(path, text, reading, beside)


def _read_text(path: Path, text: str, reading: Reading, beside: Mapping[str, str]) -> None:
    if path.suffix == ".py":
        _take(reading, path.name, [{"tool_name": path.stem, "code": text}], beside)
        return
    try:
        found = _parsed(text, path.suffix)
    except _Unusable as problem:
        reading.unknown.add(path.name)
        reading.problems.append(_line(f"{path.name}: {problem}"))
        return
    if isinstance(found, dict) and set(found) == {"tools"}:
        found = found["tools"]
        if not isinstance(found, list):
            reading.unknown.add(path.name)
            reading.problems.append(
                _line(f"{path.name}: tools must be a list. Write one entry for each tool.")
            )
            return
    entries = [found] if isinstance(found, dict) else found
    if entries is None:
        return
    if not isinstance(entries, list):
        reading.unknown.add(path.name)
        reading.problems.append(
            _line(f"{path.name}: it holds no list of tools. Write one entry for each tool.")
        )
        return
    _take(reading, path.name, entries, beside)


def _take(reading: Reading, file: str, entries: Sequence[object], beside: Mapping[str, str]) -> None:
    """Add the usable ones of a file's entries, and a line for each other one."""
    if len(entries) > MAX_ENTRIES:
        reading.unknown.add(file)
        reading.problems.append(_line(f"{file}: more than {MAX_ENTRIES} entries. Only the first are read."))
    for number, raw in enumerate(entries[:MAX_ENTRIES], start=1):
        name = _name_of(raw)
        try:
            tool = _tool(raw, beside)
            if not isinstance(tool, LibraryTool) and tool.name in reading.names | reading.broken:
                raise _Unusable(f"there is another tool {tool.name}. Rename one of them.")
            reading.tools.append(ReadTool(file, tool))
        except _Unusable as problem:
            if name:
                reading.broken.add(name)
            else:
                reading.unknown.add(file)
            if len(entries) == 1 and file.endswith(".py"):
                where = file
            else:
                where = f"{file}, entry {number}" + (f" ({name})" if name else "")
            reading.problems.append(_line(f"{where}: {problem}"))


def _tool(raw: object, beside: Mapping[str, str]) -> Tool:
    if not isinstance(raw, Mapping):
        raise _Unusable("it is no mapping. Write it as names and values, e.g. lib_name: numpy.")
    try:
        entry = ToolEntry.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        if first["type"] == "extra_forbidden":
            known = (
                "tool_name, description, lib_name, instructions, code_example, code, tests, examples, prompt"
            )
            raise _Unusable(f"{where} is not known. An entry may have: {known} ….") from None
        raise _Unusable(f"{where}: {first['msg']}. Correct it.") from None
    except RecursionError:
        raise _Unusable("it is nested too deeply. Write it flat.") from None
    code = entry.code or (entry.code_example if entry.use_exactly else "")
    if code and entry.prompt:
        raise _Unusable("it has both code and a prompt. Make two tools of it.")
    if code.strip():
        return _function(entry, textwrap.dedent(code).strip() + "\n", beside)
    if entry.prompt.strip():
        return _prompt(entry)
    if entry.lib_names:
        for name in entry.lib_names:
            if not _LIBRARY.fullmatch(name) or len(name) > 100:
                raise _Unusable(f"{name[:60]!r} is no library's name. Write it as code imports it.")
        return LibraryTool(
            tuple(dict.fromkeys(entry.lib_names)),
            (entry.instructions or entry.description).strip(),
            textwrap.dedent(entry.code_example).strip(),
        )
    raise _Unusable("it says nothing to use. Give it a lib_name, a code, or a prompt.")


def _function(entry: ToolEntry, code: str, beside: Mapping[str, str]) -> FunctionTool:
    try:
        function = entry_function(code, entry.tool_name)
    except ValueError as error:
        raise _Unusable(f"{error}. Correct the code.") from None
    name = _checked(entry.tool_name or function.name)
    if entry.code and function.name != name:
        raise _Unusable(f"its function is called {function.name}, not {name}. Give both the same name.")
    own = beside.get(f"test_{name}.py", "")
    return FunctionTool(
        name=name,
        code=code,
        entry=function,
        description=_first_line(entry.description or function.description or entry.instructions),
        tests=tuple(text for text in (own, *map(textwrap.dedent, entry.tests)) if text.strip()),
        examples=tuple(entry.examples),
        answers=_answers(entry.answers),
        permissions=tuple(entry.permissions),
    )


def _prompt(entry: ToolEntry) -> PromptTool:
    if not entry.tool_name:
        raise _Unusable("a prompt needs a tool_name. Give it one.")
    fields = _placeholders(entry.prompt)
    extra = sorted(set(entry.parameters) - set(fields))
    if extra:
        raise _Unusable(f"the prompt has no {{{extra[0]}}}. Put it in, or leave the parameter out.")
    return PromptTool(
        name=_checked(entry.tool_name),
        prompt=textwrap.dedent(entry.prompt).strip(),
        parameters=tuple((name, entry.parameters.get(name, "str")) for name in fields),
        description=_first_line(entry.description or entry.prompt),
        role=entry.role,
        answers=_answers(entry.answers),
    )


def _placeholders(template: str) -> list[str]:
    """The names of the `{parameter}`s in a template, each once, in order.

    Raises:
        _Unusable: a brace isn't closed, or what stands in braces is no plain name.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise _Unusable(f"{error}. Write {{{{ and }}}} for braces that stand for themselves.") from None
    names: list[str] = []
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise _Unusable(
                f"{{{name}}} is no parameter. Write a plain name, or {{{{ and }}}} for braces that stand for themselves."
            )
        names.append(name)
    return list(dict.fromkeys(names))


def _answers(templates: Iterable[str]) -> tuple[str, ...]:
    for template in templates:
        _placeholders(template)
    return tuple(templates)


def _checked(name: str) -> str:
    try:
        safe = check_name(name)
    except UsageError as error:
        raise _Unusable(str(error)) from None
    if safe != name:
        raise _Unusable(f"{name!r} is a name that Python itself uses. Rename it, e.g. {safe}.")
    return name


def _parsed(text: str, suffix: str) -> object:
    try:
        if suffix == ".json":
            return json.loads(text)
        _check_plain(text)
        return yaml.safe_load(text)
    except json.JSONDecodeError as error:
        raise _Unusable(f"it is no valid JSON (line {error.lineno}: {error.msg}). Correct it.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark is not None else ""
        why = getattr(error, "problem", None) or "it can't be read"
        raise _Unusable(f"it is no valid YAML ({where}{why}). Correct it.") from None
    except (ValueError, TypeError, OverflowError) as error:
        raise _Unusable(f"a value in it can't be read ({error}). Correct it.") from None
    except RecursionError:
        raise _Unusable("it is nested too deeply. Write it flat.") from None


def _check_plain(text: str) -> None:
    """Refuse what makes a small YAML file grow without bounds when it is read: aliases, and deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _Unusable("it uses YAML aliases (*name), which are not allowed. Write the text out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _Unusable("it is nested too deeply. Write it flat.")


def _text(path: Path, root: Path) -> str:
    """The text of a file that lies in the folder itself, is an ordinary one and not too large."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            raise _Unusable("it leads out of the folder. Put the file itself there.")
        if not real.is_file():
            raise _Unusable("it is no ordinary file. Take it away.")
        with real.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _Unusable(f"it can't be read: {error.strerror or error}. Correct that.") from None
    except RuntimeError:
        raise _Unusable("its links lead in a circle. Take it away.") from None
    if len(data) > MAX_FILE_BYTES:
        raise _Unusable(f"it is larger than {MAX_FILE_BYTES // 1024} KiB. Split it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unusable("it is no text in UTF-8. Save it as such.") from None


def _name_of(raw: object) -> str:
    name = raw.get("tool_name", raw.get("name")) if isinstance(raw, Mapping) else None
    return name if isinstance(name, str) and len(name) <= 100 else ""


def _first_line(text: str) -> str:
    line = next((line.strip() for line in _lines(text)), "")
    return line if len(line) <= 200 else line[:199] + "…"


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.strip())


def _line(text: str) -> str:
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    return flat if len(flat) <= 400 else flat[:399] + "…"
