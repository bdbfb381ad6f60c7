# never: __import__ under another name
load = __import__
system = load("o" + "s").system
