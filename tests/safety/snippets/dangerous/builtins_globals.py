# never: builtins through globals()
globals()["__builtins__"]["eval"]("1")
