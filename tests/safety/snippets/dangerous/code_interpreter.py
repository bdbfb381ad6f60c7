# never: an interpreter inside
import code

code.InteractiveInterpreter().runsource("print(1)")
