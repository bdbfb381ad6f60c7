counter = 0


def bump():
    global counter
    counter += 1
    return counter


def outer():
    total = 0

    def inner(n):
        nonlocal total
        total += n
        return total

    return inner
