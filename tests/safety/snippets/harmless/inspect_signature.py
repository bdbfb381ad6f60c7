import inspect
import types
from typing import get_type_hints


def parameters(function):
    return list(inspect.signature(function).parameters)


def is_function(value):
    return isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType))


def hints(function):
    return {name: str(hint) for name, hint in get_type_hints(function).items()}, inspect.getdoc(function)
