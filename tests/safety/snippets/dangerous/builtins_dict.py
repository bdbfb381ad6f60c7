# never: exec from the module's dictionary
import builtins as b

b.__dict__["exec"]("x = 1")
