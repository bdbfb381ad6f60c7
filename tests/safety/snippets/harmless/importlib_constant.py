import importlib
import importlib.metadata
import importlib.resources
import importlib.util

decimal = importlib.import_module("decimal")


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def has_toml():
    return importlib.util.find_spec("tomllib") is not None
