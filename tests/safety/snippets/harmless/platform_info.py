import getpass
import locale
import platform
import sysconfig


def report():
    return {
        "system": platform.system(),
        "python": platform.python_version(),
        "user": getpass.getuser(),
        "encoding": locale.getpreferredencoding(),
        "paths": sysconfig.get_paths()["stdlib"],
    }
