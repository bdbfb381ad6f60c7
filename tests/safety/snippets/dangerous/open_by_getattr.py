# never: open by a name put together, on input
import builtins

getattr(builtins, "op" + "en")(input(), "w")
