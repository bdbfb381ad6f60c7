# never: trace everything
import sys

sys.settrace(lambda *args: None)
