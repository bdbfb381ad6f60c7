# never: an object that runs a command when unpickled
import os
import pickle


class Payload:
    def __reduce__(self):
        return (os.system, ("ls",))


pickle.loads(pickle.dumps(Payload()))
