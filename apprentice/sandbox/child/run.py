"""What the worker does with a script or with one call. Standard library only; imported in the child alone."""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CoroutineType, ModuleType, TracebackType
from typing import Any

from apprentice.sandbox.plain import NotPlain, describe, to_json

Report = Callable[..., None]


class GivenModules:
    """Imports the modules of the request from their text, whatever the code does to the files in its folder."""

    def __init__(self, sources: Mapping[str, str], folder: str) -> None:
        self._sources = dict(sources)
        self._packages = {name.rpartition(".")[0] for name in sources}
        self._folder = folder

    def install(self) -> None:
        """Make these modules win over any of the same name, and forget this package, which is not the code's."""
        for name in list(sys.modules):
            if name in self._sources or name.partition(".")[0] == "apprentice":
                del sys.modules[name]
        sys.meta_path.insert(0, self)
        sys.path.insert(0, self._folder)

    @property
    def files(self) -> frozenset[str]:
        """The file names that tracebacks have for these modules."""
        return frozenset(self.file(name) for name in self._sources)

    def file(self, name: str) -> str:
        """The file name of one module."""
        inner = os.path.join(*name.split("."))
        if name in self._packages:
            return os.path.join(self._folder, inner, "__init__.py")
        return os.path.join(self._folder, f"{inner}.py")

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Part of the import protocol."""
        if name not in self._sources:
            return None
        spec = ModuleSpec(name, self, origin=self.file(name))  # type: ignore[arg-type]
        spec.has_location = True
        if name in self._packages:
            spec.submodule_search_locations = [os.path.dirname(self.file(name))]
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Part of the import protocol: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Part of the import protocol."""
        name = module.__name__
        exec(compile(self._sources[name], self.file(name), "exec", dont_inherit=True), module.__dict__)

    def get_source(self, name: str) -> str | None:
        """Part of the import protocol: for tracebacks and inspect."""
        return self._sources.get(name)


def run(request: dict[str, Any], report: Report) -> int:
    """Run the script or the call of the request; returns the exit code."""
    modules = GivenModules(request["modules"], request["folder"])
    modules.install()
    if request["mode"] == "call":
        leave(run_call(request, report, modules))
    return run_script(request, report, modules)


def run_script(request: dict[str, Any], report: Report, modules: GivenModules) -> int:
    """Run text as `__main__`, with a script's exit code and a script's traceback on stderr."""
    path = os.path.join(request["folder"], request["file"])
    script = ModuleType("__main__")
    script.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = script
    sys.argv = [path]
    try:
        code = compile(request["code"], path, "exec", dont_inherit=True)
        exec(code, script.__dict__)
    except SystemExit as error:
        report("error", error=describe(error, modules.files | {path}))
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a script may raise
        report("error", error=describe(error, modules.files | {path}))
        show(error)
        return 1
    return 0


def run_call(request: dict[str, Any], report: Report, modules: GivenModules) -> int:
    """Import the module, call the function, report its value."""
    try:
        module = __import__(request["module"])
        function = getattr(module, request["function"], None)
        if not callable(function):
            report("no_function")
            return 1
        report("called")
        value = settle(function(*request["args"], **request["kwargs"]))
    except BaseException as error:  # noqa: BLE001 - whatever a skill may raise
        report("error", error=describe(error, modules.files))
        show(error)
        return 1
    try:
        report("value", value=to_json(value))
    except NotPlain as error:
        report("not_json", type=str(error))
        return 1
    return 0


def settle(value: Any) -> Any:
    """The value itself, or what it comes to where it is a coroutine."""
    if type(value) is CoroutineType:
        import asyncio

        return asyncio.run(value)
    return value


def show(error: BaseException) -> None:
    """Print the traceback as the interpreter does, without the frames of this file."""
    kept = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename != __file__:
            kept.append(trace)
        trace = trace.tb_next
    shown: TracebackType | None = None
    for trace in reversed(kept):
        shown = TracebackType(shown, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
    sys.stdout.flush()
    sys.excepthook(type(error), error.with_traceback(shown), shown)


def leave(code: int) -> None:
    """End the process at once, whatever threads or exit handlers the code has left behind."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001 - the code may have replaced or closed it
            continue
    os._exit(code)
