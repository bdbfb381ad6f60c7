# never: find a function by its path
import pkgutil

pkgutil.resolve_name("os:system")("ls")
