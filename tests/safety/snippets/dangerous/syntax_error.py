# never: code that can't be parsed
def f(:
    return 1
