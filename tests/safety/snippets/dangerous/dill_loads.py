# never: unpickle by dill
import dill

dill.loads(b"")
