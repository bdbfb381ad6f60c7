def make(name, **attributes):
    return type(name, (object,), attributes)


Thing = make("Thing", size=3)
