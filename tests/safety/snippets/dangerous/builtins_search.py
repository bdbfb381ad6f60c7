# never: searching builtins by a part of the name
import builtins

found = [v for k, v in vars(builtins).items() if k.endswith("val")]
found[0]("1")
