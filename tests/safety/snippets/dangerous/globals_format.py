# never: globals by a format string
class Box:
    def __init__(self):
        pass


print("{0.__init__.__globals__}".format(Box()))
