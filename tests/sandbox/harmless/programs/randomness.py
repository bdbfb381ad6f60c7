# random is repeatable by seed; secrets, uuid and the system's source work, and differ from run to run.
# expect: seeded 0.6394267984578837 4 ['e', 'b', 'g'] 892
# expect: uuid5 886313e1-3b8a-5372-9b90-0c9aee199e5d
# expect: unique 1000 tokens, 100 uuids
# expect: lengths 32 16 True
import os
import random
import secrets
import uuid

generator, items = random.Random(42), list("abcdefgh")
print("seeded", generator.random(), generator.randint(1, 100), generator.sample(items, 3), random.Random("text").randrange(1000))
print("uuid5", uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"))
print("unique", len({secrets.token_hex() for _ in range(1000)}), "tokens,", len({uuid.uuid4() for _ in range(100)}), "uuids")
print("lengths", len(secrets.token_bytes()), len(os.urandom(16)), 0 <= random.SystemRandom().random() < 1 and secrets.randbelow(10) < 10)
