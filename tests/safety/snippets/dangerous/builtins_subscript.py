# never: eval from the __builtins__ dictionary
print(__builtins__["eval"]("1"))
