# never: builtins through globals() with a built key
key = "__" + "builtins" + "__"
scope = globals()
inner = scope[key]
getattr(inner, "ev" + "al")("1")
