"""A container engine for tests: understands the part of docker's command line that we use, and makes a bubblewrap of it.

Copied to a folder and executed there. That folder holds its settings: `images`, one name a line; `no-landlock`, to hide
Landlock from what runs inside; `broken`, what to print instead of working; `hangs`, not to answer. Each command line is
added to `log`. What it is not told to close stays open, as with a real engine, so that a missing option shows.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

STATE = Path(__file__).resolve().parent
FLAGS = {"--rm", "-i", "--read-only", "--no-healthcheck", "--read-only-tmpfs=false", "--userns=keep-id"}
VALUED = {
    "--name", "--pull", "--network", "--ipc", "--cap-drop", "--security-opt", "--user", "--pids-limit", "--memory",
    "--memory-swap", "--log-driver", "--workdir", "--tmpfs", "--mount", "--entrypoint",
}  # fmt: skip


def main() -> None:
    with open(STATE / "log", "a", encoding="utf-8") as log:
        log.write(json.dumps(sys.argv[1:]) + "\n")
    if (STATE / "hangs").exists():
        time.sleep(300)
    if (STATE / "broken").exists():
        fail((STATE / "broken").read_text())
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "image":
        known(arguments[-1])
    elif command == "kill":
        pid = STATE / f"{arguments[0]}.pid"
        if not pid.exists():
            fail(f"Error response from daemon: No such container: {arguments[0]}")
        os.kill(int(pid.read_text()), signal.SIGKILL)
    elif command == "run":
        run(arguments)
    else:
        fail(f"docker: '{command}' is not a docker command")


def fail(message: str) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(125)


def known(image: str) -> None:
    if image not in (STATE / "images").read_text().split():
        fail(f"Error response from daemon: No such image: {image}")


def run(arguments: list[str]) -> None:
    options: list[tuple[str, str]] = []
    while arguments and arguments[0].startswith("-"):
        option = arguments.pop(0)
        if option not in FLAGS | VALUED:
            fail(f"unknown flag: {option}")
        options.append((option, arguments.pop(0) if option in VALUED else ""))
    known(arguments.pop(0))
    given = dict(options)
    command = [*bubblewrap(options, given), os.path.realpath(sys.executable), *arguments]
    assert given["--entrypoint"] == "python"
    read_end, write_end = os.pipe()
    os.set_inheritable(write_end, True)
    command[1:1] = ["--info-fd", str(write_end)]
    passed = [write_end]
    if (STATE / "no-landlock").exists():
        passed.append(without_landlock())
        command[1:1] = ["--seccomp", str(passed[-1])]
    # The container isn't a child of who asked for it, and doesn't end with it.
    box = subprocess.Popen(command, pass_fds=passed, env={"PATH": os.environ["PATH"]}, start_new_session=True)
    os.close(write_end)
    with os.fdopen(read_end) as told:
        text = told.read()
    if text:
        (STATE / f"{given['--name']}.pid").write_text(str(json.loads(text)["child-pid"]))
    for descriptor in (0, 1):
        os.close(descriptor)
    code = box.wait()
    with contextlib.suppress(OSError):
        (STATE / f"{given['--name']}.pid").unlink()
    os._exit(code & 0xFF)


def bubblewrap(options: list[tuple[str, str]], given: dict[str, str]) -> list[str]:
    user, _, group = given["--user"].partition(":")
    command = [
        "/usr/bin/bwrap",
        "--unshare-user",
        "--unshare-pid",
        "--as-pid-1",
        "--uid",
        user,
        "--gid",
        group,
    ]
    command += ["--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "SECRET", "of the engine"]
    if given.get("--network") == "none":
        command.append("--unshare-net")
    if given.get("--ipc") == "none":
        command.append("--unshare-ipc")
    if given.get("--cap-drop") == "ALL":
        command += ["--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for path in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", sys.base_prefix):
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            command += ["--ro-bind", path, path]
    for option, value in options:
        if option == "--mount":
            fields = dict(field.partition("=")[::2] for field in value.split(","))
            if not os.path.exists(fields["source"]):
                fail(
                    f"docker: Error response from daemon: bind source path does not exist: {fields['source']}"
                )
            kind = "--ro-bind" if "readonly" in fields else "--bind"
            command += [kind, fields["source"], fields["target"]]
        elif option == "--tmpfs":
            path, _, settings = value.partition(":")
            size = next(word[5:-1] for word in settings.split(",") if word.startswith("size="))
            command += ["--size", str(int(size) << 20), "--perms", "1777", "--tmpfs", path]
    if "--read-only" in given:
        command += ["--remount-ro", "/", "--remount-ro", "/dev"]
    return [*command, "--chdir", given.get("--workdir", "/")]


def without_landlock() -> int:
    """A filter that answers as a kernel without Landlock."""
    program = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050000 | 38), (0x06, 0, 0, 0x7FFF0000)]
    read_end, write_end = os.pipe()
    os.write(write_end, b"".join(struct.pack("=HBBI", *line) for line in program))
    os.close(write_end)
    os.set_inheritable(read_end, True)
    return read_end


if __name__ == "__main__":
    main()
