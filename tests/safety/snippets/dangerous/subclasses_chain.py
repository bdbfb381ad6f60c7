# never: all classes by way of a tuple
for cls in ().__class__.__bases__[0].__subclasses__():
    print(cls)
