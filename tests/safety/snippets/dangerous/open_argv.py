# never: write where the arguments say
import sys
from pathlib import Path

Path(sys.argv[1]).write_text("x")
