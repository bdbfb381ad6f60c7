# A skill that is called with nested JSON values, awaits, keeps a cache on disk, and imports several modules.
# call: summarise [{"words": ["b", "a", "b"], "weights": [1, 2.5, null]}]
# value: {"counts": [["b", 2], ["a", 1]], "weight": 3.5, "cached": true, "sorted": ["a", "b"]}
import asyncio
import json
from collections import Counter
from pathlib import Path


async def summarise(data):
    async def weight():
        await asyncio.sleep(0.001)
        return sum(w for w in data["weights"] if w is not None)

    cache = Path("cache.json")
    cache.write_text(json.dumps(data), encoding="utf-8")
    total = await asyncio.wait_for(weight(), 10)
    return {
        "counts": Counter(data["words"]).most_common(),
        "weight": total,
        "cached": json.loads(cache.read_text(encoding="utf-8")) == data,
        "sorted": sorted(set(data["words"])),
    }
