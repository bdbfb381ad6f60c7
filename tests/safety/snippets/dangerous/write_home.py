# approval:write: write to the home folder
from pathlib import Path

(Path.home() / ".profile").open("a").write("x")
