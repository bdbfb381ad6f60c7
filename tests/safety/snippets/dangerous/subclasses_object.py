# never: all classes by way of object
popen = [c for c in object.__subclasses__() if c.__name__ == "Popen"]
