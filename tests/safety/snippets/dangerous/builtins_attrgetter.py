# never: eval by attrgetter
import builtins
from operator import attrgetter

attrgetter("eval")(builtins)("1")
