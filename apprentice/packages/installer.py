"""Putting ready-built packages into a folder with `uv` or `pip`: wheels only, no build script ever runs."""

from __future__ import annotations

import ast
import logging
import os
import re
import shutil
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from apprentice.cancellation import CancelToken
from apprentice.errors import PackageError
from apprentice.packages.explain import explain, redact
from apprentice.packages.process import run_installer
from apprentice.packages.wheels import Closure

Tool = Literal["uv", "pip"]

_log = logging.getLogger(__name__)

#: Options in the environment that say what is installed, or where, or how; that is decided here. What says from
#: where (indexes, certificates, proxies, credentials, timeouts) is left as the user set it.
_OVERRIDDEN = re.compile(
    r"PYTHON.*|VIRTUAL_ENV|CONDA_PREFIX|__PYVENV_LAUNCHER__"
    r"|PIP_(TARGET|PREFIX|ROOT|USER|SRC|EDITABLE|REQUIREMENT|GROUP|REPORT|DRY_RUN|NO_DEPS|PYTHON|PLATFORM|PYTHON_VERSION"
    r"|IMPLEMENTATION|ABI|IGNORE_INSTALLED|IGNORE_REQUIRES_PYTHON|UPGRADE|FORCE_REINSTALL|NO_BINARY|ONLY_BINARY"
    r"|USE_PEP517|REQUIRE_HASHES|NO_USE_PEP517|NO_BUILD_ISOLATION|CONFIG_SETTINGS|GLOBAL_OPTION|LOG|QUIET|VERBOSE|DEST|(NO_)?COMPILE)"
    r"|UV_(TARGET|PREFIX|PYTHON|SYSTEM_PYTHON|MANAGED_PYTHON|NO_BINARY.*|ONLY_BINARY.*|NO_BUILD.*|OVERRIDE|EXCLUDE"
    r"|BUILD_CONSTRAINT|REQUIRE_HASHES|LINK_MODE|COMPILE_BYTECODE|PROJECT|WORKING_DIR|NO_EDITABLE.*|TORCH_BACKEND|NO_CACHE|NO_VERIFY_HASHES)"
)
_UV_INDEX = re.compile(r"UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONFIG_FILE)")
_PIP_SETTING = re.compile(r"(?P<section>global|install|:env:)\.(?P<name>[a-z-]+)=(?P<value>'.*'|\".*\")")


@dataclass(frozen=True, slots=True)
class Job:
    """One installation.

    Attributes:
        folder: a folder of its own, on the file system of the environment; anything may be written into it.
        target: where the packages go, in `folder`; it isn't there yet.
        cache: folder for downloads that is kept, used unless the user named one.
        deadline: when it has to be done, by `time.monotonic()`, in seconds.
        cancel: ends it early.
    """

    folder: Path
    target: Path
    cache: Path
    deadline: float
    cancel: CancelToken | None = None


class Installer:
    """Installs with `uv` where it is there, else with `pip`; both for the Python that runs this program.

    Args:
        tool: `auto`, or one of the two.

    Raises:
        PackageError: the tool isn't there.
    """

    def __init__(self, tool: Literal["auto"] | Tool = "auto") -> None:
        self._uv = find_uv() if tool != "pip" else None
        if self._uv is None and (tool == "uv" or find_spec("pip") is None):
            raise PackageError(
                "Neither uv nor pip is there to install packages."
                if tool != "uv"
                else "There is no uv here.",
                f"Install one into the agent's own Python: {sys.executable} -m ensurepip",
            )
        self.tool: Tool = "pip" if self._uv is None else "uv"

    def install(
        self,
        requirements: Sequence[Requirement],
        job: Job,
        *,
        constraints: Sequence[str] = (),
        exact: bool = False,
    ) -> None:
        """Install into `job.target`.

        Args:
            requirements: what is asked for; dependencies come along.
            job: where, and until when.
            constraints: pins such as `numpy==2.4.1` that hold for whatever is installed of them.
            exact: the requirements are all that is to be installed, dependencies included.

        Raises:
            Unresolvable: there are no versions that fit, or a package has no wheel.
            PackageError: it failed for another reason; says which in one line.
            Cancelled: the token was cancelled.
            OSError: the folder can't be written.
        """
        environment = self._environment(job)
        if self._uv is not None:
            self._with_uv(self._uv, requirements, job, environment, constraints, exact)
        else:
            self._with_pip(requirements, job, environment, constraints, exact)

    def _with_uv(
        self,
        uv: str,
        requirements: Sequence[Requirement],
        job: Job,
        environment: dict[str, str],
        constraints: Sequence[str],
        exact: bool,
    ) -> None:
        wanted, bounds = job.folder / "requirements.txt", job.folder / "constraints.txt"
        wanted.write_text("".join(f"{requirement}\n" for requirement in requirements), encoding="utf-8")
        bounds.write_text("".join(f"{pin}\n" for pin in constraints), encoding="utf-8")
        if not any(_UV_INDEX.fullmatch(name) for name in environment) and not _has_uv_configuration():
            environment |= {
                name: value
                for name, value in self._from_pip(environment, job).items()
                if name not in environment
            }
        command = [uv, "pip", "install", "--no-progress", "--color=never", "--no-python-downloads"]
        # The workspace may lie within a project; that project's settings are not for its skills.
        command += [
            "--project",
            os.path.abspath(os.sep),
            "--python",
            sys.executable,
            "--target",
            str(job.target),
        ]
        command += ["--only-binary", ":all:", "--compile-bytecode", "--requirements", str(wanted)]
        command += ["--link-mode", "clone" if sys.platform == "darwin" else "hardlink"]
        # uv has a flag for this, but no variable.
        command += ["--no-index"] if _is_set(environment.get("UV_NO_INDEX", "")) else []
        command += ["--no-deps"] if exact else ["--constraints", str(bounds)]
        self._run(command, environment, job)

    def _with_pip(
        self,
        requirements: Sequence[Requirement],
        job: Job,
        environment: dict[str, str],
        constraints: Sequence[str],
        exact: bool,
    ) -> None:
        wheels = job.folder / "wheels"
        wheels.mkdir()

        def download(wanted: Sequence[str]) -> None:
            # Without --no-deps, pip would build what a package names as a dependency by an address, wheels only or not.
            command = [
                *_PIP,
                "-vv",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
                str(wheels),
                "--",
            ]
            self._run([*command, *wanted], environment, job)

        if exact:
            download([str(requirement) for requirement in requirements])
        else:
            Closure(wheels, download).resolve(requirements, constraints)
        files = [str(path) for path in sorted(wheels.glob("*.whl"))]
        command = [
            *_PIP,
            "install",
            "--no-index",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--target",
            str(job.target),
        ]
        self._run([*command, "--", *files], {**environment, "PIP_CONFIG_FILE": os.devnull}, job)

    def _run(self, command: Sequence[str], environment: Mapping[str, str], job: Job) -> None:
        code, output = run_installer(
            command,
            environment=environment,
            deadline=job.deadline,
            cancel=job.cancel,
        )
        if code != 0:
            told = redact(output, environment)
            _log.info("%s failed: %s", self.tool, told[-4000:])
            raise explain(told)

    def _environment(self, job: Job) -> dict[str, str]:
        environment = {
            name: value for name, value in os.environ.items() if not _OVERRIDDEN.fullmatch(name.upper())
        }
        scratch = job.folder / "tmp"
        scratch.mkdir()
        seconds = max(1, int(job.deadline - time.monotonic()))
        return {
            "PIP_CACHE_DIR": str(job.cache / "pip"),
            "PIP_DEFAULT_TIMEOUT": str(min(15, seconds)),
            "PIP_RETRIES": "2",
            "UV_CACHE_DIR": str(job.cache / "uv"),
            "UV_HTTP_RETRIES": "2",
            **environment,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_COLOR": "1",
            "PIP_NO_INPUT": "1",
            "PIP_PROGRESS_BAR": "off",
            "PIP_REQUIRE_VIRTUALENV": "0",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_USER": "0",
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(scratch),
            "TMP": str(scratch),
            "TEMP": str(scratch),
        }

    def _from_pip(self, environment: Mapping[str, str], job: Job) -> dict[str, str]:
        """Where pip is told to look for packages, by its files and its environment, told to uv in its own terms."""
        if find_spec("pip") is None:
            return {}
        try:
            code, output = run_installer(
                [*_PIP, "config", "list"],
                environment=environment,
                deadline=job.deadline,
                cancel=job.cancel,
            )
        except PackageError:
            return {}
        return uv_settings(output) if code == 0 else {}


_PIP = (sys.executable, "-I", "-m", "pip")


def find_uv() -> str | None:
    """Where `uv` is: beside the Python that runs this program, in its scripts folder, or on PATH."""
    folders = [os.path.dirname(sys.executable), sysconfig.get_path("scripts")]
    return shutil.which("uv", path=os.pathsep.join(folders)) or shutil.which("uv")


def uv_settings(listing: str) -> dict[str, str]:
    """The environment that tells uv what `pip config list` shows about indexes."""
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in listing.splitlines():
            found = _PIP_SETTING.fullmatch(line.strip())
            if found and found["section"] == section:
                settings[found["name"]] = str(ast.literal_eval(found["value"]))
    told: dict[str, str] = {}
    if url := settings.get("index-url"):
        told["UV_DEFAULT_INDEX"] = url
    if urls := settings.get("extra-index-url"):
        told["UV_INDEX"] = " ".join(urls.split())
    if places := [place for place in settings.get("find-links", "").split() if _is_there(place)]:
        told["UV_FIND_LINKS"] = ",".join(places)
    if _is_set(settings.get("no-index", "")):
        told["UV_NO_INDEX"] = "1"
    if hosts := settings.get("trusted-host"):
        told["UV_INSECURE_HOST"] = " ".join(hosts.split())
    if certificates := settings.get("cert"):
        told["SSL_CERT_FILE"] = certificates
    if proxy := settings.get("proxy"):
        told["ALL_PROXY"] = proxy
    return told


def _is_set(value: str) -> bool:
    return value.strip().lower() in ("1", "true", "yes", "on")


def _is_there(place: str) -> bool:
    return "://" in place or os.path.exists(place)


def _has_uv_configuration() -> bool:
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return any(os.path.exists(os.path.join(folder, "uv", "uv.toml")) for folder in (home, "/etc"))
