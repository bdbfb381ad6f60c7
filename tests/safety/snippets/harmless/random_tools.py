import random


def shuffled(items, seed=None):
    generator = random.Random(seed)
    copy = list(items)
    generator.shuffle(copy)
    return copy, random.choice(copy), random.sample(copy, 1)
