import ast

BANNED = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {"__globals__", "__subclasses__", "__builtins__"}


class Visitor(ast.NodeVisitor):
    def __init__(self):
        self.found = []

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in BANNED:
            self.found.append((node.lineno, node.func.id))
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if node.attr in ATTRIBUTES:
            self.found.append((node.lineno, node.attr))


def lint(source):
    visitor = Visitor()
    visitor.visit(ast.parse(source))
    return visitor.found
