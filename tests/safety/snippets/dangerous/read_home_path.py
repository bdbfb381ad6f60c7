# approval:read: read from the home folder by pathlib
from pathlib import Path

print((Path.home() / ".netrc").read_text())
