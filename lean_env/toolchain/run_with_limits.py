"""Run a program under limits.

Usage: run_with_limits.py MEMORY_MB CPU_SECONDS FILE_MB PROGRAM ARGUMENT…

The program has private memory, processor time and sizes of the files that it writes (pipes are
none) up to the limits.  Started without `site`, as `python -I -S`: it imports nothing but what
Python has built in.
"""

import os
import resource
import sys

OPEN_FILES = 1024


def main() -> None:
    """Set the limits of the command line and become the program that it names."""
    memory_mb, cpu_seconds, file_mb, program, *arguments = sys.argv[1:]
    limits = {
        resource.RLIMIT_DATA: int(memory_mb) << 20,
        resource.RLIMIT_CPU: int(cpu_seconds),
        resource.RLIMIT_FSIZE: int(file_mb) << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for kind, limit in limits.items():
        _, most = resource.getrlimit(kind)
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (limit, limit))
    os.execv(program, (program, *arguments))


if __name__ == "__main__":
    main()
