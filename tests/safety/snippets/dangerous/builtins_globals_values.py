# never: picking builtins out of all globals
for value in globals().values():
    if hasattr(value, "eval"):
        value.eval("1")
