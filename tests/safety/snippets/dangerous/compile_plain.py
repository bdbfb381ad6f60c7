# never: compile text to code
code = compile("1 + 1", "<text>", "eval")
