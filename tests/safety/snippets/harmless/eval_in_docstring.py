def calculate(a, b, operator):
    """Add or subtract without "eval" or exec(...).

    >>> calculate(1, 2, "+")
    3
    Never call eval(text), os.system("ls") or __import__("os").
    """
    return a + b if operator == "+" else a - b
