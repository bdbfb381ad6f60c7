from datetime import datetime, timezone
from pathlib import Path

LOG = Path("logs") / "journal.log"


def note(text):
    LOG.parent.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).isoformat()
    with LOG.open("a", encoding="utf-8") as file:
        file.write(f"{stamp} {text}\n")
