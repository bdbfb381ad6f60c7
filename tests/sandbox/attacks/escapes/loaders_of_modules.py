"""Read a file by what imports modules, without naming open or os.

canary: secret
control: through
"""
import importlib
import importlib.machinery
import importlib.resources
import importlib.util
import pkgutil
import sys
import zipimport

secret, folder = TARGETS["secret"], TARGETS["secret_folder"]


def as_resource() -> str:
    spec = importlib.machinery.ModuleSpec("private", importlib.machinery.SourceFileLoader("private", folder + "/x.py"))
    spec.origin, spec.submodule_search_locations = folder + "/x.py", [folder]
    sys.modules["private"] = importlib.util.module_from_spec(spec)
    print(pkgutil.get_data("private", "secret.txt"))
    return (importlib.resources.files("private") / "secret.txt").read_text()


def as_module() -> object:
    importlib.machinery.SOURCE_SUFFIXES.append(".txt")
    sys.path_hooks.insert(0, importlib.machinery.FileFinder.path_hook((importlib.machinery.SourceFileLoader, [".txt"])))
    sys.path.insert(0, folder)
    return importlib.import_module("secret")


for way in (
    lambda: importlib.machinery.SourceFileLoader("x", secret).get_data(secret),
    lambda: importlib.machinery.SourcelessFileLoader("x", secret).get_data(secret),
    lambda: importlib._bootstrap_external._io.FileIO(secret).readall(),
    lambda: __loader__.get_data(secret) if "__loader__" in globals() else None,
    lambda: zipimport.zipimporter(secret),
    lambda: importlib.machinery.BuiltinImporter.load_module("posix").open(secret, 0),
    as_resource,
    as_module,
):
    try:
        print(way())
    except Exception as error:
        print(repr(error))
