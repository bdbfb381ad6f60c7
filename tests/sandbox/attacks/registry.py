"""The canaries by the names that programs use for them."""

from __future__ import annotations

from typing import Final

from tests.sandbox.attacks.canaries_files import House, Leftovers, Secret, SecretName, Special, Untouched
from tests.sandbox.attacks.canaries_forged import Forged
from tests.sandbox.attacks.canaries_kernel import (
    Capabilities,
    Descriptor,
    Host,
    Keys,
    MessageQueue,
    Mounts,
    Namespaces,
    Seccomp,
    SharedMemory,
    SysV,
    Uid,
)
from tests.sandbox.attacks.canaries_network import Abstract, ForeignSocket, Tcp, Udp, Unix
from tests.sandbox.attacks.canaries_processes import Agent, Bystander, Single, Survivors
from tests.sandbox.attacks.canaries_resources import Clock, Disk, Memory, Output
from tests.sandbox.attacks.canary import Canary

CANARIES: Final[dict[str, type[Canary]]] = {
    "secret": Secret,
    "secret_names": SecretName,
    "untouched": Untouched,
    "house": House,
    "leftovers": Leftovers,
    "special": Special,
    "tcp": Tcp,
    "udp": Udp,
    "unix": Unix,
    "abstract": Abstract,
    "vsock": ForeignSocket,
    "socket": ForeignSocket,
    "bystander": Bystander,
    "agent": Agent,
    "single": Single,
    "survivors": Survivors,
    "memory": Memory,
    "disk": Disk,
    "output": Output,
    "clock": Clock,
    "sysv": SysV,
    "mqueue": MessageQueue,
    "shm": SharedMemory,
    "keys": Keys,
    "mounts": Mounts,
    "namespaces": Namespaces,
    "uid": Uid,
    "capabilities": Capabilities,
    "seccomp": Seccomp,
    "descriptor": Descriptor,
    "host": Host,
    "forged": Forged,
}
