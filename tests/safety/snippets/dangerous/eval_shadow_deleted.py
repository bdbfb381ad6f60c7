# never: the shadow is deleted, so that the builtin is back
def eval(text):
    return text


del eval
print(eval("1 + 1"))
