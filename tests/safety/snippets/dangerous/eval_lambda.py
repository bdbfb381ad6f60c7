# never: eval through a lambda called at once
result = (lambda f: f("2 ** 10"))(eval)
