# never: a builtin chosen by an unknown name
import builtins


def call(name, argument):
    return vars(builtins)[name](argument)
