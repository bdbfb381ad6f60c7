# never: the builtins module through a builtin's __self__
print.__self__.eval("1 + 1")
