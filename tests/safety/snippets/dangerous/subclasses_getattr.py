# never: all classes, each step by getattr
step = getattr((), "__cla" + "ss__")
step = getattr(step, "__base__")
print(getattr(step, "__subcl" + "asses__")())
