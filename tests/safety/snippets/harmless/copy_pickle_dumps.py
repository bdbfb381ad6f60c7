import copy
import pickle


def size(obj):
    return len(pickle.dumps(obj, protocol=pickle.HIGHEST_PROTOCOL))


def clone(obj):
    return copy.deepcopy(obj)
