class Machine:
    def __init__(self):
        self.stack = []
        self.ops = {"add": self.add, "compile": self.compile, "exec": self.exec}

    def add(self):
        self.stack.append(self.stack.pop() + self.stack.pop())

    def compile(self):
        return tuple(self.stack)

    def exec(self, name):
        self.ops[name]()

    def system(self):
        return self.stack
