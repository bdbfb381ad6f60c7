# approval:read: read above the workspace
from pathlib import Path

print(Path("../secret.txt").read_text())
