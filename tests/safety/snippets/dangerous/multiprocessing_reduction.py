# never: unpickle by multiprocessing
from multiprocessing.reduction import ForkingPickler

ForkingPickler.loads(b"")
