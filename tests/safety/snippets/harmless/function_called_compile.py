def tokenize(text):
    return text.split()


def compile(text):
    return [("push", token) for token in tokenize(text)]


def run(text):
    return len(compile(text))


print(compile("a b"))
