# never: exec as a decorator over input
@exec
@input
class Prompt:
    pass
