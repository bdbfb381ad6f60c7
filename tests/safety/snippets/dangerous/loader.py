# never: a module by the loader
__loader__.load_module("os")
