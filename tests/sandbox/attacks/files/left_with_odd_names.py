"""Leave names that are no text, that look like options or patterns, that are as long as can be, and that look like the sandbox's.

canary: leftovers, untouched
control: held, because the cleaning takes names as they are
"""
import os

for name in (
    b"\xff\xfe\x80", b"line\nbreak", b"-rf", b"--", b"*", b"~", b" ", b"\x1b]0;title\x07", b"a" * 255, b"\xe2\x80\xae",
    b"$(touch x)", b"`id`", b"..hidden", b"...", b"\\", b"con", b".git", b"run-1-0123456789abcdef", b".1-00000000",
    TARGETS["folder"].encode().replace(b"/", b"\\"),
):  # fmt: skip
    try:
        os.mkdir(name)
        os.close(os.open(name + b"/" + name, os.O_CREAT | os.O_WRONLY))
        os.symlink(b"../..", name + b"/up")
        os.mkfifo(name + b"/pipe")
    except OSError as error:
        print(error)
