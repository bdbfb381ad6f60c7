# ast, compile, exec, dis, tokenize, symtable and code objects.
# expect: evaluated 14 changed 24
# expect: names ['a', 'b', 'f']
# expect: operations True tokens 8
# expect: literal {'a': (1, 2)}
# expect: unparsed def f(x): return x + 1
# expect: error line 2 invalid syntax
import ast
import dis
import io
import tokenize


class Swap(ast.NodeTransformer):
    def visit_Add(self, node):
        return ast.Mult()


tree = ast.parse("2 + 3 * 4", mode="eval")
value = eval(compile(tree, "<x>", "eval"))
changed = ast.fix_missing_locations(Swap().visit(tree))
print("evaluated", value, "changed", eval(compile(changed, "<x>", "eval")))
space = {}
exec("a = 1\nb = a + 1\ndef f():\n    return b\n", space)
print("names", sorted(name for name in space if not name.startswith("__")))
operations = [item.opname for item in dis.get_instructions(space["f"])]
print("operations", operations[-1].startswith("RETURN"), "tokens", len(list(tokenize.generate_tokens(io.StringIO("x = f(1)\n").readline))))
print("literal", ast.literal_eval("{'a': (1, 2)}"))
print("unparsed", " ".join(ast.unparse(ast.parse("def f(x):\n  return (x+1)")).split()))
try:
    compile("a = 1\nb = = 2\n", "<x>", "exec")
except SyntaxError as error:
    print("error line", error.lineno, error.msg)
