# never: os by a conditional expression
import os

module = os if True else None
module.system("ls")
