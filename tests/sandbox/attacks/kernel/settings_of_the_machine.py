"""Open the machine's settings for writing, in /proc/sys and /sys. Nothing is written.

canary: descriptor(/proc/sys, /sys/, sysrq), host
control: through as root
"""
import os
import time

for name in (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/randomize_va_space",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/fs/suid_dumpable",
    "/proc/self/../sys/kernel/core_pattern",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/uevent_helper",
):
    try:
        print(os.open(name, os.O_WRONLY))
    except OSError as error:
        print(error)
time.sleep(0.3)
