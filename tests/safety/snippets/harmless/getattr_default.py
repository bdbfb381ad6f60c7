def pluck(items, name, default=None):
    return [getattr(item, name, default) for item in items]


def update(target, **changes):
    for name, value in changes.items():
        if hasattr(target, name):
            setattr(target, name, value)
    return target
