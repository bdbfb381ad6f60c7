# never: os.system in a nested function, imported locally
def outer():
    import os as _o

    def inner(command):
        return _o.system(command)

    return inner
