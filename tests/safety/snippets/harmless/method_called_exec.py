class Interpreter:
    def exec(self, command):
        return getattr(self, f"do_{command}")()

    def eval(self, node):
        return self.exec(node)

    def compile(self, node):
        return self.eval(node)

    def do_hello(self):
        return "hello"


print(Interpreter().exec("hello"))
