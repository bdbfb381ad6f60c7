# never: unpickle what a caller gives
import pickle


def load(data):
    return pickle.loads(data)
