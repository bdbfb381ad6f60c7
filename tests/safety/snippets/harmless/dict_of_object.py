def to_dict(obj):
    return {key: value for key, value in vars(obj).items() if not key.startswith("_")}


def merge(a, b):
    a.__dict__.update(b.__dict__)
    return a
