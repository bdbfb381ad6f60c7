# never: a function out of a code object, by the type of a lambda
def make(code):
    return type(lambda: 0)(code, {})
