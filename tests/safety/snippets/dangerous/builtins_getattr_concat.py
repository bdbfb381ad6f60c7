# never: eval by a name put together
import builtins

getattr(builtins, "ev" + "al")("1 + 1")
