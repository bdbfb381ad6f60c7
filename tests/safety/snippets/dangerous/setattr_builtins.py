# never: replace a builtin
import builtins

setattr(builtins, "print", lambda *args: None)
