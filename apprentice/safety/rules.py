"""The tables: which names of the standard library, and of well-known packages, need what.

A name is looked up with all its dotted prefixes, the longest first, so `ctypes` stands for all that is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from apprentice.safety.findings import PermissionKind, Tier


@dataclass(frozen=True, slots=True)
class Rule:
    """What a name needs. `why` completes the sentence "`name` …"."""

    name: str
    tier: Tier
    kind: PermissionKind | None
    why: str


def _table(why: str, prefix: str, names: str) -> dict[str, str]:
    return {f"{prefix}.{name}" if prefix else name: why for name in names.split()}


_NEVER: dict[str, str] = {
    **_table(
        "runs text as code; use a table of functions, or ast.literal_eval for values", "builtins", "eval exec"
    ),
    **_table("turns text into code; write the code itself", "builtins", "compile"),
    **_table("hides what is imported; use a plain import statement", "builtins", "__import__"),
    **_table("stops in a debugger", "builtins", "breakpoint"),
    **_table(
        "runs a shell command without control; use subprocess.run with a list, which needs approval",
        "os",
        "system startfile",
    ),
    **_table(
        "replaces, copies or ends processes",
        "os",
        "execl execle execlp execlpe execv execve execvp execvpe fork forkpty kill killpg abort _exit posix_spawn "
        "posix_spawnp pidfd_open setsid setpgid setpgrp",
    ),
    **_table(
        "changes the rights of the process",
        "os",
        "setuid setgid seteuid setegid setreuid setregid setresuid setresgid setgroups initgroups chroot unshare "
        "setns add_dll_directory",
    ),
    **_table(
        "ends or signals other processes or threads", "signal", "raise_signal pthread_kill pidfd_send_signal"
    ),
    **_table("calls native code", "", "ctypes cffi _cffi_backend cython Cython llvmlite.binding"),
    **_table("controls a terminal or other processes", "", "pty fcntl.ioctl"),
    **_table(
        "loads code or objects that can do anything; use json",
        "",
        "marshal dill cloudpickle shelve jsonpickle pickle.load pickle.loads pickle.Unpickler pickle._load "
        "pickle._loads pickle._Unpickler multiprocessing.reduction joblib.load torch.load numpy.core.multiarray "
        "pandas.read_pickle yaml.unsafe_load yaml.unsafe_load_all yaml.UnsafeLoader yaml.Loader "
        "sqlite3.connect().enable_load_extension sqlite3.connect().load_extension",
    ),
    **_table(
        "runs code that nobody has read; use a plain import",
        "",
        "code codeop runpy zipimport imp bdb pdb importlib.__import__ importlib.machinery importlib.util.module_from_spec "
        "importlib.util.spec_from_file_location importlib.util.spec_from_loader importlib.util.LazyLoader "
        "importlib._bootstrap pkgutil.get_loader pkgutil.find_loader pkgutil.ImpImporter site.addsitedir "
        "site.addpackage __loader__ __spec__.loader interpreters concurrent.interpreters idlelib.run "
        "xxsubinterpreters _interpreters _xxsubinterpreters _testcapi _testinternalcapi _ctypes_test "
        "tkinter.Tcl tkinter.Tk().eval tkinter.Tk().tk tkinter.Tk().call _tkinter.create logging.config.listen "
        "pydoc.pipepager pydoc.tempfilepager test.support test.libregrtest multiprocessing.set_executable "
        "multiprocessing.spawn multiprocessing.popen_fork multiprocessing.popen_spawn_posix "
        "multiprocessing.util.spawnv_passfds cProfile.runctx profile.runctx rlcompleter imp.load_source",
    ),
    **_table(
        "reaches into the interpreter",
        "sys",
        "_getframe _current_frames _current_exceptions settrace setprofile call_tracing addaudithook meta_path "
        "path_hooks path_importer_cache _setprofile breakpointhook _clear_type_cache activate_stack_trampoline "
        "monitoring remote_exec set_coroutine_origin_tracking_depth _settraceallthreads _setprofileallthreads",
    ),
    **_table(
        "reaches into the interpreter",
        "",
        "threading.settrace threading.setprofile threading.settrace_all_threads threading.setprofile_all_threads "
        "gc.get_objects gc.get_referrers gc.get_referents",
    ),
    **_table("changes the limits it runs under", "resource", "setrlimit prlimit"),
    **_table(
        "changes the limits it runs under",
        "os",
        "sched_setscheduler sched_setparam setpriority posix_fallocate",
    ),
}

_APPROVAL: dict[str, PermissionKind] = {
    **dict.fromkeys(
        (
            "subprocess asyncio.subprocess asyncio.create_subprocess_exec asyncio.create_subprocess_shell os.popen "
            "os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe webbrowser "
            "commands popen2 sh plumbum pexpect fabric invoke psutil.Popen distutils.spawn distutils.core "
            "distutils.ccompiler asyncio.get_event_loop().subprocess_exec asyncio.get_event_loop().subprocess_shell "
            "asyncio.get_running_loop().subprocess_exec asyncio.get_running_loop().subprocess_shell "
            "asyncio.new_event_loop().subprocess_exec asyncio.new_event_loop().subprocess_shell"
        ).split(),
        "command",
    ),
    **dict.fromkeys(
        (
            "socket ssl urllib.request urllib.robotparser http.client http.server ftplib smtplib smtpd poplib imaplib "
            "nntplib telnetlib socketserver asyncore asynchat xmlrpc wsgiref.simple_server multiprocessing.connection "
            "multiprocessing.managers asyncio.open_connection asyncio.start_server asyncio.open_unix_connection "
            "asyncio.start_unix_server logging.handlers.SocketHandler logging.handlers.DatagramHandler "
            "logging.handlers.SysLogHandler logging.handlers.HTTPHandler logging.handlers.SMTPHandler antigravity nis "
            "requests httpx aiohttp urllib3 websocket websockets paramiko pycurl twisted tornado flask fastapi "
            "uvicorn django boto3 botocore google.cloud redis pymongo psycopg psycopg2 pymysql MySQLdb kafka pika zmq "
            "grpc httplib2 treq scapy dns ldap3 selenium playwright scrapy openai anthropic ollama bottle"
        ).split(),
        "network",
    ),
    **{
        f"asyncio.{loop}().{method}": "network"
        for loop in ("get_event_loop", "get_running_loop", "new_event_loop")
        for method in (
            "create_connection create_server create_datagram_endpoint create_unix_connection create_unix_server "
            "sock_connect getaddrinfo"
        ).split()
    },
    **dict.fromkeys(("ensurepip", "pip", "venv", "easy_install", "pkg_resources"), "package"),
    **dict.fromkeys(("winreg", "syslog"), "write"),
    "spwd": "read",
}

_SAFE = frozenset(
    (
        "subprocess.PIPE subprocess.DEVNULL subprocess.STDOUT subprocess.CalledProcessError subprocess.TimeoutExpired "
        "subprocess.SubprocessError subprocess.CompletedProcess subprocess.list2cmdline asyncio.subprocess.PIPE "
        "asyncio.subprocess.DEVNULL asyncio.subprocess.STDOUT webbrowser.Error "
        "urllib.request.quote urllib.request.unquote urllib.request.pathname2url urllib.request.url2pathname "
        "urllib.request.Request urllib.request.parse_http_list urllib.request.parse_keqv_list "
        "socket.inet_aton socket.inet_ntoa socket.inet_pton socket.inet_ntop socket.htons socket.htonl socket.ntohs "
        "socket.ntohl socket.timeout socket.error socket.gaierror socket.herror socket.gethostname socket.has_ipv6 "
        "socket.getservbyname socket.getservbyport socket.getprotobyname socket.socketpair socket.AddressFamily "
        "socket.SocketKind socket.getdefaulttimeout ssl.SSLError ssl.OPENSSL_VERSION "
        "http.client.responses http.client.HTTPException http.client.HTTPMessage http.client.HTTPResponse "
        "xmlrpc.client.dumps xmlrpc.client.loads xmlrpc.client.Fault xmlrpc.client.DateTime xmlrpc.client.Binary "
        "importlib.machinery.ModuleSpec importlib.machinery.SOURCE_SUFFIXES importlib.machinery.EXTENSION_SUFFIXES"
    ).split()
)

#: A constant of a module that would need approval: SOCK_STREAM, AF_INET, HTTP_PORT.
_CONSTANT_OF = ("socket", "ssl", "http.client", "subprocess", "syslog")

#: Only naming these is harmless (`isinstance(f, types.FunctionType)`); calling them makes functions out of bytes.
NEVER_CALLED: dict[str, str] = {
    "types.FunctionType": "makes a function out of code objects",
    "types.LambdaType": "makes a function out of code objects",
    "types.CodeType": "makes code out of bytes",
}

#: Run their first argument as code if it is text.
RUN_TEXT = frozenset(
    "timeit.timeit timeit.repeat timeit.Timer timeit.default_timer().timeit cProfile.run profile.run "
    "trace.Trace().run trace.Trace().runctx cProfile.Profile().run cProfile.Profile().runctx profile.Profile().run "
    "typing.ForwardRef doctest.run_docstring_examples doctest.debug_src doctest.script_from_examples".split()
)

#: Attributes that lead from any object to the interpreter's insides.
NEVER_ATTRIBUTES = frozenset(
    "__globals__ __builtins__ __loader__ __subclasses__ __import__ f_globals f_locals f_builtins f_back gi_frame "
    "cr_frame ag_frame tb_frame gi_code cr_code ag_code func_globals func_code f_code __code__ exec_module "
    "load_module load_extension enable_load_extension subprocess_exec subprocess_shell".split()
)

#: Attributes of `sys` that code may set.
SETTABLE = frozenset(
    "sys.stdout sys.stderr sys.stdin sys.argv sys.excepthook sys.displayhook sys.unraisablehook sys.ps1 sys.ps2 "
    "sys.tracebacklimit sys.dont_write_bytecode sys.path sys.last_value os.environ socket.timeout".split()
)

#: Further methods of instances that are looked at.
_TRACKED = ("argparse.ArgumentParser().parse_args", "contextlib.ExitStack().enter_context")

Operation = Literal["read", "write"]

#: Functions that take paths: operation, position, and keyword of each.
PATHS: dict[str, tuple[tuple[Operation, int, str], ...]] = {
    **{
        f"os.{name}": (("write", 0, "path"),)
        for name in (
            "remove unlink rmdir removedirs mkdir makedirs truncate chmod lchmod chown lchown utime mkfifo mknod chflags "
            "setxattr removexattr chdir"
        ).split()
    },
    **{
        f"os.{name}": (("write", 0, "src"), ("write", 1, "dst"))
        for name in ("rename", "renames", "replace", "link")
    },
    "os.symlink": (("write", 0, "src"), ("write", 1, "dst")),
    **{f"os.{name}": (("read", 0, "path"),) for name in ("listdir", "scandir", "walk", "fwalk", "readlink")},
    "shutil.rmtree": (("write", 0, "path"),),
    "shutil.chown": (("write", 0, "path"),),
    **{
        f"shutil.{name}": (("read", 0, "src"), ("write", 1, "dst"))
        for name in ("copy", "copy2", "copyfile", "copytree")
    },
    **{f"shutil.{name}": (("write", 1, "dst"),) for name in ("copymode", "copystat")},
    "shutil.move": (("write", 0, "src"), ("write", 1, "dst")),
    "shutil.make_archive": (("write", 0, "base_name"), ("read", 2, "root_dir")),
    "shutil.unpack_archive": (("read", 0, "filename"), ("write", 1, "extract_dir")),
    "glob.glob": (("read", 0, "pathname"), ("read", 9, "root_dir")),
    "glob.iglob": (("read", 0, "pathname"), ("read", 9, "root_dir")),
    "linecache.getline": (("read", 0, "filename"),),
    "linecache.getlines": (("read", 0, "filename"),),
    "tokenize.open": (("read", 0, "filename"),),
    "io.open_code": (("read", 0, "path"),),
    "netrc.netrc": (("read", 0, "file"),),
    "mimetypes.read_mime_types": (("read", 0, "file"),),
    "runpy.run_path": (("read", 0, "path_name"),),
    "xml.etree.ElementTree.parse": (("read", 0, "source"),),
    "xml.etree.ElementTree.iterparse": (("read", 0, "source"),),
    "xml.dom.minidom.parse": (("read", 0, "file"),),
    "configparser.ConfigParser().read": (("read", 0, "filenames"),),
    "sqlite3.connect": (("write", 0, "database"),),
    "logging.FileHandler": (("write", 0, "filename"),),
    "logging.basicConfig": (("write", 9, "filename"),),
    **{
        f"logging.handlers.{name}": (("write", 0, "filename"),)
        for name in ("RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler")
    },
    **{
        f"tempfile.{name}": (("write", 9, "dir"),)
        for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "mkdtemp")
    },
    "tempfile.TemporaryDirectory": (("write", 2, "dir"),),
    "zipfile.ZipFile().extractall": (("write", 0, "path"),),
    "zipfile.ZipFile().extract": (("write", 1, "path"),),
    "tarfile.open().extractall": (("write", 0, "path"),),
    "tarfile.open().extract": (("write", 1, "path"),),
    "py_compile.compile": (("read", 0, "file"), ("write", 1, "cfile")),
    "compileall.compile_dir": (("write", 0, "dir"),),
    "zipapp.create_archive": (("read", 0, "source"), ("write", 1, "target")),
    "sys.path.append": (("read", 0, ""),),
    "sys.path.insert": (("read", 1, ""),),
    "sys.path.extend": (("read", 0, ""),),
    "faulthandler.enable": (("write", 0, "file"),),
    "tracemalloc.Snapshot().dump": (("write", 0, "filename"),),
}

#: Functions that open a file: position and keyword of the path, of the mode, and the mode if none is given.
OPENERS: dict[str, tuple[int, str, int, str, str]] = {
    "builtins.open": (0, "file", 1, "mode", "r"),
    "io.open": (0, "file", 1, "mode", "r"),
    "io.FileIO": (0, "file", 1, "mode", "r"),
    "codecs.open": (0, "filename", 1, "mode", "r"),
    "gzip.open": (0, "filename", 1, "mode", "rb"),
    "gzip.GzipFile": (0, "filename", 1, "mode", "rb"),
    "bz2.open": (0, "filename", 1, "mode", "rb"),
    "bz2.BZ2File": (0, "filename", 1, "mode", "r"),
    "lzma.open": (0, "filename", 1, "mode", "rb"),
    "lzma.LZMAFile": (0, "filename", 1, "mode", "r"),
    "zipfile.ZipFile": (0, "file", 1, "mode", "r"),
    "zipfile.PyZipFile": (0, "file", 1, "mode", "r"),
    "tarfile.open": (0, "name", 1, "mode", "r"),
    "tarfile.TarFile": (0, "name", 1, "mode", "r"),
    "wave.open": (0, "f", 1, "mode", "r"),
    "dbm.open": (0, "file", 1, "flag", "r"),
    "dbm.dumb.open": (0, "file", 1, "flag", "c"),
    "dbm.gnu.open": (0, "filename", 1, "flag", "r"),
    "dbm.ndbm.open": (0, "filename", 1, "flag", "r"),
    "fileinput.input": (0, "files", 9, "mode", "r"),
    "fileinput.FileInput": (0, "files", 9, "mode", "r"),
    "os.open": (0, "path", 1, "flags", "w"),
    "pathlib.Path().open": (0, "self", 0, "mode", "r"),
}

#: Methods of paths, by what they do with the path itself; `rename` and its like also take a path.
PATH_METHODS: dict[str, Operation] = {
    **dict.fromkeys(
        "write_text write_bytes touch mkdir unlink rmdir rename replace symlink_to hardlink_to link_to chmod lchmod".split(),
        "write",
    ),
    **dict.fromkeys("read_text read_bytes iterdir glob rglob walk".split(), "read"),
}


def rule_for(name: str) -> Rule | None:
    """What the canonical name needs; None where nothing."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in _SAFE or (
            length == len(parts) and parts[-1].isupper() and ".".join(parts[:-1]) in _CONSTANT_OF
        ):
            return None
        if prefix in _NEVER:
            return Rule(prefix, "never", None, _NEVER[prefix])
        if prefix in _APPROVAL:
            return Rule(prefix, "approval", _APPROVAL[prefix], "")
        if prefix.endswith("()") and prefix[:-2] in _NEVER:
            return Rule(prefix[:-2], "never", None, _NEVER[prefix[:-2]])
    return None


_INSTANCES = frozenset(
    name.rpartition("()")[0]
    for table in (_NEVER, _APPROVAL, PATHS, OPENERS, RUN_TEXT, _TRACKED)
    for name in table
    if "()" in name
)


def tracks(name: str) -> bool:
    """Whether it matters what is done with the thing that a call of `name` gives."""
    return name in _INSTANCES or rule_for(name) is not None


def matters(name: str) -> bool:
    """Whether anything is said about the canonical name."""
    return (
        name in PATHS
        or name in OPENERS
        or name in RUN_TEXT
        or name in NEVER_CALLED
        or rule_for(name) is not None
    )
