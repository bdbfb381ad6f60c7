"""Read a file outside by paths that go up, from the current folder and from others.

canary: secret
control: through
"""
import os

secret = TARGETS["secret"]
os.makedirs("a/b", exist_ok=True)
for path in (
    TARGETS["secret_relative"],
    "../" * 40 + secret.lstrip("/"),
    "a/b/../../" + "../" * 40 + secret.lstrip("/"),
    os.getcwd() + "/." + "/.." * 40 + secret,
    os.path.expanduser("~") + "/.." * 40 + secret,
    "/usr/lib" + "/.." * 10 + secret,
    "/dev/null/../.." + secret,
):
    for step in ("", "a/b"):
        try:
            if step:
                os.chdir(step)
            print(open(path).read())
        except OSError as error:
            print(error)
        os.chdir(os.environ["HOME"])
