# never: eval as a dispatch target
handlers = {"length": len, "calc": eval}


def run(name, text):
    return handlers[name](text)
