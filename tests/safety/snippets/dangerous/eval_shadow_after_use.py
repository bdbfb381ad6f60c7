# never: the builtin is used before the name is bound
print(eval("1 + 1"))


def eval(text):
    return text
