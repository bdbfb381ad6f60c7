"""Have programs of the system read a file outside.

canary: secret
control: through
"""
import os
import subprocess

secret = TARGETS["secret"]


def spawned(start: object) -> bytes:
    out, into = os.pipe()
    os.waitpid(start("/bin/cat", ["cat", secret], {}, file_actions=[(os.POSIX_SPAWN_DUP2, into, 1)]), 0)
    return os.read(out, 100)


for way in (
    lambda: subprocess.run(["cat", secret], capture_output=True).stdout,
    lambda: subprocess.check_output(f"cat {secret}", shell=True),
    lambda: os.popen(f"head -c 100 {secret}").read(),
    lambda: spawned(os.posix_spawn),
    lambda: os.system(f"cat {secret}"),
    lambda: os.spawnl(os.P_WAIT, "/bin/cat", "cat", secret),
    lambda: os.execv("/bin/cat", ["cat", secret]),
):
    try:
        print(way(), flush=True)
    except (OSError, subprocess.SubprocessError) as error:
        print(error)
