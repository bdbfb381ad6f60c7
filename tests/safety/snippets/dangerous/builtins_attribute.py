# never: eval as an attribute of __builtins__
print(__builtins__.eval("1"))
