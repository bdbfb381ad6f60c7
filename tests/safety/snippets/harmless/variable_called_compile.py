def plan(steps):
    compile = [step for step in steps if step.startswith("compile")]
    return len(compile)
