# never: eval hidden in a container
tools = [len, eval]
tools[1]("print(1)")
