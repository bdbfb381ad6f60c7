# never: exec through the builtins module
import builtins

builtins.exec("x = 1")
