FORBIDDEN = ["eval(", "exec(", "os.system", "__import__", "pickle.loads", "ctypes"]


def find_forbidden(source: str) -> list[str]:
    return [word for word in FORBIDDEN if word in source]
