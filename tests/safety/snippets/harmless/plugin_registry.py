class Plugin:
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.registry[cls.__name__.lower()] = cls

    @classmethod
    def all(cls):
        return sorted(sub.__name__ for sub in cls.__subclasses__())


class Csv(Plugin):
    pass


print([sub.__name__ for sub in Plugin.__subclasses__()], [c.__name__ for c in Csv.__mro__])
