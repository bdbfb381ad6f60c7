"""Containers as sandboxes: what holds in one, what a grant opens, how it is started, and when it can't be used."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from apprentice.errors import SandboxError
from apprentice.sandbox import Grants, Limits
from apprentice.sandbox.child.relay import PIECE_BYTES, Frames, frame
from apprentice.sandbox.choose import choose
from apprentice.sandbox.container.engine import (
    Bounds,
    Engine,
    Mounts,
    default_image,
    find_container_engine,
    last_line,
)
from apprentice.sandbox.container.launcher import ContainerLauncher
from apprentice.sandbox.launched import LaunchedSandbox
from apprentice.sandbox.probe import probe
from tests.sandbox.containers import log, running, state

IMAGE = default_image()


# --- What it holds


@pytest.mark.parametrize("landlock", [False, True], ids=["no Landlock", "Landlock"])
def test_every_attempt_to_get_out_is_held(working_engine: Engine, scratch_root: Path, landlock: bool) -> None:
    if landlock:
        (state(working_engine) / "no-landlock").unlink()
    kind = LaunchedSandbox(ContainerLauncher(working_engine), scratch_root, Limits(seconds=20))
    outcome = probe(kind)
    assert outcome.whole, outcome
    assert kind.isolation == "container"
    assert kind.description == f"container (docker, {IMAGE})"
    kind.close()


def test_the_command_line_is_hardened(container: LaunchedSandbox, working_engine: Engine) -> None:
    """Each flag is looked for by itself: an engine would run without any of them just as well."""
    assert container.run_code("pass", limits=Limits(memory_mb=512, scratch_mb=64)).isolation == "container"
    (command,) = log(working_engine)
    valued = dict(itertools.pairwise(command))
    assert {"--rm", "-i", "--read-only", "--no-healthcheck"} <= set(command)
    assert valued["--network"] == "none"
    assert valued["--ipc"] == "none"
    assert valued["--pull"] == "never"
    assert valued["--cap-drop"] == "ALL"
    assert valued["--security-opt"] == "no-new-privileges"
    assert valued["--user"] == "65534:65534"
    assert valued["--pids-limit"] == "128"
    assert valued["--memory"] == valued["--memory-swap"] == "1600m"
    assert valued["--log-driver"] == "none"
    assert valued["--name"].startswith("apprentice-")
    assert valued["--tmpfs"] == "/scratch/work:rw,nosuid,nodev,noexec,mode=1777,size=320m"
    mounts = [value for option, value in itertools.pairwise(command) if option == "--mount"]
    assert mounts[0].endswith("target=/opt/apprentice/apprentice,readonly")
    assert all(mount.endswith(",readonly") for mount in mounts)
    assert not {"-v", "--volume", "--privileged", "-e", "--env", "-p"} & set(command)
    start = "/opt/apprentice/apprentice/sandbox/child/start.py"
    assert command[-8:] == ["--entrypoint", "python", IMAGE, "-I", "-X", "utf8", start, "relay"]


def test_podman_is_told_to_leave_nothing_else_writable() -> None:
    command = Engine("/usr/bin/podman").command("name", IMAGE, Bounds(1024, 256, 64), Mounts())
    assert "--read-only-tmpfs=false" in command
    assert "--userns=keep-id" not in command


def test_names_of_granted_folders_cannot_add_options() -> None:
    mounts = Mounts(read=('/a,readonly=false,source=/b "c"',))
    command = Engine("docker").command("name", IMAGE, Bounds(1024, 256, 64), mounts)
    path = '/a,readonly=false,source=/b ""c""'
    assert f'type=bind,"source={path}","target={path}",readonly' in command


def test_without_landlock_a_run_can_change_nothing_but_its_room_and_open_no_other_process(
    container: LaunchedSandbox,
) -> None:
    code = """
import json, os
seen = {"written": [], "opened": [], "environment": sorted(os.environ), "code": False}
for folder, _, _ in os.walk("/"):
    if folder.startswith("/proc"):
        continue
    try:
        with open(os.path.join(folder, "new"), "w") as file:
            file.write("x")
        seen["written"].append(folder)
    except OSError:
        pass
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("mem", "environ", "maps", "fd/0", "fd/1", "fd/2", "cwd/.", "root/."):
        try:
            os.close(os.open(f"/proc/{pid}/{name}", os.O_RDONLY))
            seen["opened"].append(int(pid) - os.getpid())
        except OSError:
            pass
try:
    open(__file__, "a").close()
    seen["code"] = True
except OSError:
    pass
print(json.dumps(seen))
"""
    seen = json.loads(container.run_code(code).stdout)
    assert set(seen["written"]) == {"/scratch/work", "/scratch/work/work"}
    assert set(seen["opened"]) == {0}
    assert seen["environment"] == ["HOME", "LANG", "MALLOC_ARENA_MAX", "TMPDIR"]
    assert not seen["code"]


def test_a_container_in_which_more_can_be_written_is_not_used(
    working_engine: Engine, scratch_root: Path
) -> None:
    """An engine that doesn't do as it is told; what a run leaves there would be found by the next."""
    program = Path(working_engine.program)
    program.write_text(program.read_text().replace('if "--read-only" in given', "if False"))
    kind = LaunchedSandbox(ContainerLauncher(working_engine), scratch_root, Limits())
    with pytest.raises(SandboxError, match="/ in the container can be written to"):
        kind.run_code("print('ran')")
    kind.close()


def test_going_on_without_landlock_is_not_to_be_had_outside_a_container(tmp_path: Path) -> None:
    """Only the relay says `container` to the fork server: the wall's own server takes numbers."""
    package = Path(__file__).parent.parent.parent / "apprentice"
    said = [path.name for path in package.rglob("*.py") if '"container", TOOLS' in path.read_text()]
    assert said == ["relay.py"]
    for name in ("wall.py", "fork_server.py"):
        assert '"container"' not in (package / "sandbox" / name).read_text()


# --- What a grant opens


def test_a_granted_folder_is_open_and_its_neighbours_are_not(
    container: LaunchedSandbox, working_engine: Engine, tmp_path: Path
) -> None:
    for name in ("given", "kept", "written"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    code = f"""
import itertools
import json
seen = {{}}
def attempt(name, action):
    try: seen[name] = action()
    except OSError: seen[name] = None
at = {str(tmp_path)!r}
attempt('read', lambda: open(f'{{at}}/given/file').read())
attempt('change', lambda: open(f'{{at}}/given/file', 'w'))
attempt('neighbour', lambda: open(f'{{at}}/kept/file').read())
attempt('up', lambda: open(f'{{at}}/given/../kept/file').read())
attempt('write', lambda: open(f'{{at}}/written/new', 'w').write('new'))
print(json.dumps(seen))
"""
    grants = Grants(read=(str(tmp_path / "given"),), write=(str(tmp_path / "written"),))
    held = dict.fromkeys(("change", "neighbour", "up"))
    assert json.loads(container.run_code(code, grants=grants).stdout) == {"read": "given", "write": 3, **held}
    assert json.loads(container.run_code(code).stdout) == {"read": None, "write": None, **held}
    assert (tmp_path / "written" / "new").read_text() == "new"
    assert (tmp_path / "given" / "file").read_text() == "given"
    granted, plain = log(working_engine)
    assert f"type=bind,source={tmp_path}/given,target={tmp_path}/given,readonly" in granted
    assert f"type=bind,source={tmp_path}/written,target={tmp_path}/written" in granted
    assert not any(str(tmp_path / "given") in word for word in plain)


def test_a_granted_package_can_be_imported_and_others_of_the_agent_cannot(
    container: LaunchedSandbox, tmp_path: Path
) -> None:
    (tmp_path / "environment" / "gadget").mkdir(parents=True)
    (tmp_path / "environment" / "gadget" / "__init__.py").write_text("answer = 42\n")
    grants = Grants(packages=(str(tmp_path / "environment"),))
    code = "import gadget\nprint(gadget.answer)"
    assert container.run_code(code, grants=grants).stdout == "42\n"
    assert container.run_code(code).error_type == "ModuleNotFoundError"
    assert container.run_code("import pydantic", grants=grants).error_type == "ModuleNotFoundError"


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        (Grants(connect=(("example.org", 443),)), "the network, which can't be opened in a container"),
        (Grants(commands=(("git", "status"),)), "a command, which can't be opened in a container"),
        (Grants(read=("/",)), "it has its own"),
        (Grants(read=("/usr",)), "it has its own"),
        (Grants(write=("/proc/self",)), "it has its own"),
        (Grants(write=("/scratch/work",)), "it has its own"),
        (Grants(read=("/no/such/folder",)), "it isn't there"),
    ],
)
def test_what_a_container_cannot_open_is_said_before_anything_runs(
    engine: Engine, scratch_root: Path, grants: Grants, says: str
) -> None:
    kind = LaunchedSandbox(ContainerLauncher(engine), scratch_root, Limits())
    with pytest.raises(SandboxError, match=says) as caught:
        kind.run_code("print('ran')", grants=grants)
    assert caught.value.next_step
    assert "\n" not in str(caught.value)
    assert not (state(engine) / "log").exists()


def test_only_some_containers_are_kept(
    container: LaunchedSandbox, working_engine: Engine, tmp_path: Path
) -> None:
    assert container.run_code("pass").ok
    for number in range(5):
        folder = tmp_path / f"folder {number}"
        folder.mkdir()
        assert container.run_code("pass", grants=Grants(read=(str(folder),))).ok
    deadline = time.monotonic() + 10
    while len(running(working_engine)) > 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(running(working_engine)) == 4
    assert container.run_code("pass").ok
    assert len(log(working_engine)) == 6


# --- When it can't be used


def test_a_missing_image_is_said_with_the_command_that_gets_it(engine: Engine, scratch_root: Path) -> None:
    kind = LaunchedSandbox(ContainerLauncher(engine, image="python:0-none"), scratch_root, Limits())
    with pytest.raises(SandboxError, match="docker does not have the image python:0-none") as caught:
        kind.run_code("pass")
    assert caught.value.next_step.endswith("docker pull python:0-none")
    assert log(engine) == log(engine, "pull") == []
    offered = [("container (docker)", lambda: ContainerLauncher(engine, image="python:0-none"))]
    with pytest.raises(SandboxError, match="docker pull python:0-none"):
        choose(scratch_root, Limits(), offered=offered)


def test_an_engine_that_does_not_answer_is_given_up(
    engine: Engine, scratch_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apprentice.sandbox.container.engine.ANSWER_SECONDS", 1.0)
    (state(engine) / "hangs").touch()
    kind = LaunchedSandbox(ContainerLauncher(engine), scratch_root, Limits())
    with pytest.raises(
        SandboxError, match=r"docker does not work \(it did not answer within 1 s\)"
    ) as caught:
        kind.run_code("pass")
    assert "docker info" in caught.value.next_step


def test_an_engine_without_its_service_says_so(engine: Engine, scratch_root: Path) -> None:
    said = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
    (state(engine) / "broken").write_text(f"{said}\n\nRun 'docker run --help' for more information")
    kind = LaunchedSandbox(ContainerLauncher(engine), scratch_root, Limits())
    with pytest.raises(SandboxError, match="Is the docker daemon running"):
        kind.run_code("pass")


def test_a_program_that_is_no_engine_is_an_error_of_one_line(tmp_path: Path, scratch_root: Path) -> None:
    for program in (tmp_path / "missing", Path("/bin/true"), Path("/bin/cat")):
        kind = LaunchedSandbox(ContainerLauncher(Engine(str(program))), scratch_root, Limits())
        with pytest.raises(SandboxError, match="does not work") as caught:
            kind.run_code("pass")
        assert "\n" not in str(caught.value)


def test_the_first_engine_on_the_path_is_found(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(state(engine)))
    assert find_container_engine() == engine
    (state(engine) / "docker").rename(state(engine) / "podman")
    found = find_container_engine()
    assert found is not None
    assert found.name == "podman"
    monkeypatch.setenv("PATH", str(state(engine) / "nowhere"))
    assert find_container_engine() is None


def test_it_is_chosen_where_nothing_stronger_holds(working_engine: Engine, scratch_root: Path) -> None:
    choice = choose(
        scratch_root, Limits(), offered=[("container (docker)", lambda: ContainerLauncher(working_engine))]
    )
    assert choice.sandbox.isolation == "container"
    assert "held when tried" in choice.tried[-1]
    choice.sandbox.close()


# --- Frames


def test_frames_come_out_as_they_went_in_however_they_are_cut() -> None:
    sent: list[tuple[bytes, Any]] = [(b"1", b""), (b"2", b"x" * PIECE_BYTES), (b"s", bytes(range(256)))]
    stream = b"".join(frame(kind, payload) for kind, payload in sent)
    for step in (1, 7, 1000, len(stream)):
        frames, got = Frames(), []
        for start in range(0, len(stream), step):
            frames.add(stream[start : start + step])
            while (taken := frames.next()) is not None:
                got.append(taken)
        assert got == sent
    frames = Frames()
    frames.add(b"1\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="too long"):
        frames.next()


def test_what_an_engine_says_is_shown_by_its_last_line() -> None:
    said = b"docker: Error response from daemon: mounts denied.\nSee 'docker run --help'.\n"
    assert last_line(said) == "docker: Error response from daemon: mounts denied."
    assert last_line(b"") == ""
