# Path.touch makes files that aren't there; times and modes of a missing file are an error.
# expect: made ['here', 'there'] 0
# expect: again kept text
# expect: exists FileExistsError
# expect: utime FileNotFoundError
# expect: chmod FileNotFoundError
# expect: copystat FileNotFoundError
import os
import shutil
from pathlib import Path

Path("here").touch()
Path("there").touch(mode=0o600, exist_ok=False)
print("made", sorted(os.listdir()), Path("here").stat().st_size)
Path("here").write_text("text", encoding="utf-8")
Path("here").touch()
print("again kept", Path("here").read_text(encoding="utf-8"))
for name, action in (
    ("exists", lambda: Path("here").touch(exist_ok=False)),
    ("utime", lambda: os.utime("missing")),
    ("chmod", lambda: os.chmod("missing", 0o600)),
    ("copystat", lambda: shutil.copystat("here", "missing")),
):
    try:
        action()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
