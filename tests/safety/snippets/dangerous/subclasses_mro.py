# never: all classes by way of the method resolution order
root = "".__class__.__mro__[-1]
print(root.__subclasses__())
