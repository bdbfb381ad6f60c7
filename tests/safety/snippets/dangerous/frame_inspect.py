# never: the caller's variables by inspect
import inspect

inspect.currentframe().f_back.f_locals
