# never: exec by a reversed name
import builtins

f = getattr(builtins, "cexe"[::-1])
f("x = 1")
