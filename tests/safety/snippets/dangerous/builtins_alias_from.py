# never: eval imported under an innocent name
from builtins import eval as literal

literal("1")
