def score(model, data, eval=None, open=False, exec=len):
    if eval is not None:
        return eval(model, data)
    return exec(data) if open else 0
