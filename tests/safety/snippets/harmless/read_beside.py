from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / "data" / "words.txt"


def words():
    return DATA.read_text(encoding="utf-8").split() if DATA.exists() else []
