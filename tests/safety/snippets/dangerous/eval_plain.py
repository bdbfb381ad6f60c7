# never: evaluate text that a caller gives
def calculate(expression):
    return eval(expression)
