"""A small index of our own: wheels and source packages in a folder, and nothing else to be reached."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from apprentice.packages import PackageStore, find_uv

TOOLS = [
    pytest.param("uv", marks=pytest.mark.skipif(find_uv() is None, reason="uv isn't installed")),
    "pip",
]


class Index:
    """A folder of packages that `uv` and `pip` install from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def wheel(
        self,
        name: str,
        version: str = "1.0",
        files: Mapping[str, str] | None = None,
        *,
        needs: Iterable[str] = (),
        tag: str = "py3-none-any",
    ) -> Path:
        """Add a wheel; without `files`, one module of the package's name that knows its version."""
        stem = f"{name}-{version}"
        info = f"{stem}.dist-info"
        contents = dict(files if files is not None else {f"{name}.py": f"VERSION = {version!r}\n"})
        contents[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(
            f"Requires-Dist: {need}\n" for need in needs
        )
        contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: {tag}\n"
        record = ""
        for path, text in contents.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text.encode())}\n"
        contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        wheel = self.folder / f"{stem}-{tag}.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in contents.items():
                archive.writestr(path, text)
        return wheel

    def sdist(self, name: str, canary: Path, version: str = "1.0", folder: Path | None = None) -> Path:
        """Add a source package whose build would write the canary; it needs nothing to be built."""
        setup = f"open({str(canary)!r}, 'w').close()\n"
        files = {
            "setup.py": setup,
            "backend.py": setup,
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "PKG-INFO": f"Metadata-Version: 1.0\nName: {name}\nVersion: {version}\n",
        }
        source = (folder or self.folder) / f"{name}-{version}.tar.gz"
        with tarfile.open(source, "w:gz") as archive:
            for path, text in files.items():
                member = tarfile.TarInfo(f"{name}-{version}/{path}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        return source


@pytest.fixture(autouse=True)
def only_this_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's indexes is used: no network, no settings of pip or uv."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path / "index"))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An empty index."""
    return Index(tmp_path / "index")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace that allows whatever the tests' packages are called."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "allowed_packages.txt").write_text(
        "alpha\nbeta\nsourced\nevil\nother-name (import othername)\nabsent\nplain\n"
    )
    return folder


@pytest.fixture(params=TOOLS)
def store(request: pytest.FixtureRequest, workspace: Path) -> PackageStore:
    """The store, once with uv and once with pip."""
    return PackageStore(workspace, installer=request.param)


@pytest.fixture
def any_store(workspace: Path) -> PackageStore:
    """The store with what installs here by default, for what no installer has a hand in."""
    return PackageStore(workspace)
