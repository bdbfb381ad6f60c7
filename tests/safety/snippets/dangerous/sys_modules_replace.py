# never: replace a module for everybody
import sys

sys.modules["json"] = object()
