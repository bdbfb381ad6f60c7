# never: compile a command
from codeop import compile_command

compile_command("print(1)")
