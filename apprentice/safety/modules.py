"""Canonical names of modules and of what is in them, however they are reached."""

from __future__ import annotations

import builtins
import re
import sys

from apprentice.safety.fold import CONSTANTS
from apprentice.safety.values import (
    GADGET,
    HOLE,
    TAINTED,
    TEMP,
    UNKNOWN,
    Namespace,
    Ref,
    Text,
    Value,
)

#: Modules from which one gets at the system or at the interpreter; other modules import them too (`shutil.os`).
RISKY = frozenset(
    "_frozen_importlib _frozen_importlib_external bdb builtins ctypes faulthandler gc imp importlib inspect io "
    "marshal multiprocessing os pathlib pdb pickle pkgutil pty resource runpy shutil socket ssl subprocess sys "
    "tempfile types zipimport".split()
)

#: Modules that must stay in sight: handing them around as values would hide what is taken from them.
GUARDED = frozenset(
    "builtins gc importlib importlib.util importlib.machinery io os os.path pkgutil shutil sys subprocess "
    "asyncio.subprocess socket".split()
)

_ALIASES = {
    "posix": "os",
    "nt": "os",
    "posixpath": "os.path",
    "ntpath": "os.path",
    "genericpath": "os.path",
    "cPickle": "pickle",
    "__builtin__": "builtins",
    "__builtins__": "builtins",
    "_pyio": "io",
    "_posixsubprocess": "subprocess",
    "_frozen_importlib": "importlib",
    "_frozen_importlib_external": "importlib",
    "importlib._bootstrap": "importlib",
    "importlib._bootstrap_external": "importlib.machinery",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.WindowsPath": "pathlib.Path",
    "pathlib.PurePath": "pathlib.Path",
    "pathlib.PurePosixPath": "pathlib.Path",
    "pathlib.PureWindowsPath": "pathlib.Path",
    "mock": "unittest.mock",
}

_BUILTIN_GADGETS = frozenset(
    "__import__ breakpoint compile delattr eval exec getattr globals open setattr vars".split()
)
_OS_GADGETS = frozenset(
    "_exit abort execl execle execlp execlpe execv execve execvp execvpe fork forkpty kill killpg popen posix_spawn "
    "spawnl spawnv startfile system".split()
)
#: Longer names are no rule's; without an end, `x = x.next` would have ever longer ones.
_MAX_PARTS = 5
_PRIVATE = re.compile(r"_+(?=[a-z])")


def canonical(name: str) -> str:
    """The one name of a module that may have several: `posix` is `os`, `_socket` is `socket`."""
    if name in _ALIASES:
        return _ALIASES[name]
    head, dot, rest = name.partition(".")
    bare = _PRIVATE.sub("", head, count=1) if head.startswith("_") and not head.startswith("__") else head
    if head != bare and bare in sys.stdlib_module_names:
        head = bare
    head = _ALIASES.get(head, head)
    return _ALIASES.get(head + dot + rest, head + dot + rest)


def is_standard(name: str) -> bool:
    """Whether the module comes with Python."""
    return name.partition(".")[0] in sys.stdlib_module_names or name == "__main__"


def is_module(name: str) -> bool:
    """Whether the canonical name is that of a module of the standard library, as far as it matters here."""
    return name in sys.stdlib_module_names or name in GUARDED or name == "__main__"


def module_value(name: str) -> Value:
    """The module called `name`."""
    return Ref("__main__") if name == "__main__" else Ref(canonical(name))


def attribute(name: str, attr: str) -> Value:
    """`attr` of the thing with the canonical name `name`."""
    if attr == "__dict__" and is_module(name):
        return Namespace(name)
    if attr in ("__builtins__", "__globals__"):
        return Ref("builtins") if attr == "__builtins__" else GADGET
    if attr == "__self__":
        owner = name.partition(".")[0]
        return Ref(owner) if is_module(owner) and name != owner else GADGET
    full = f"{name}.{attr}"
    if full.count(".") > _MAX_PARTS:
        return UNKNOWN
    if full in CONSTANTS:
        return Text(CONSTANTS[full])
    if full == "sys.argv":
        return Ref(full)
    if name == "__main__":
        return GADGET
    bare = canonical(attr.lstrip("_")) if attr != "__import__" else attr
    if (
        bare in RISKY
        and bare != name.rpartition(".")[2]
        and "()" not in name
        and full != "asyncio.subprocess"
    ):
        return Ref(bare)
    if bare == "os.path" and name != "os":
        return Ref(bare)
    return Ref(canonical(full))


def builtin(name: str) -> list[Value]:
    """What a name means that the code itself doesn't bind."""
    if name == "__builtins__":
        return [Ref("builtins")]
    if name == "__file__":
        return [Text(HOLE, frozenset({"own"}), path=False)]
    if name == "__name__":
        return [Text("__main__")]
    if name in ("__loader__", "__spec__"):
        return [Ref(name)]
    if hasattr(builtins, name):
        return [Ref(f"builtins.{name}")]
    # A risky module's name that nothing binds may come in by a star import.
    return [library_attribute(name)]


def library_attribute(attr: str) -> Value:
    """What a name in one of the library's modules is: its own, or a module that it imports itself."""
    name = canonical(attr.lstrip("_"))
    if attr == "__builtins__":
        return Ref("builtins")
    return Ref(name) if name in RISKY else UNKNOWN


def gadget_attribute(attr: str) -> Value:
    """What an attribute or key of this name is, if it is taken from something that may hold anything."""
    if attr in _BUILTIN_GADGETS:
        return Ref(f"builtins.{attr}")
    if attr in _OS_GADGETS:
        return Ref(f"os.{attr}")
    if attr in ("__builtins__", "builtins"):
        return Ref("builtins")
    if attr in ("Popen", "check_output", "check_call"):
        return Ref(f"subprocess.{attr}")
    if attr in ("modules", "_getframe"):
        return Ref(f"sys.{attr}")
    if attr == "import_module":
        return Ref("importlib.import_module")
    name = canonical(attr.lstrip("_"))
    return Ref(name) if name in RISKY else GADGET


def module_of(key: Value) -> Value:
    """What `sys.modules[key]` is."""
    return module_value(key.template) if isinstance(key, Text) and key.known else GADGET


def variable(key: Value) -> Value:
    """What `os.environ[key]` is."""
    if isinstance(key, Text) and key.template in ("HOME", "USERPROFILE"):
        return Text("~")
    if isinstance(key, Text) and key.template in ("TMPDIR", "TEMP", "TMP"):
        return TEMP
    return TAINTED
