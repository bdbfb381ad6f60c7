# never: open handed to something that can't be seen
def use(opener, path):
    return opener(path, "w")


use(open, "x")
