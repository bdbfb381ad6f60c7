# never: replace a builtin by assignment
import builtins

builtins.len = lambda x: 0
