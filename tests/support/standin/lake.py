"""A stand-in for `lake`.

`lake env` prints the variables of the project that it is run in, and `lake build MODULE…` compiles
these modules, in this order.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SYSROOT = Path(sys.argv[1])


def main(arguments: list[str]) -> int:
    project = Path.cwd()
    built = project / ".lake" / "build" / "lib" / "lean"
    env = {"LEAN_SYSROOT": str(SYSROOT), "LEAN_PATH": str(built)}
    match arguments:
        case ["env"]:
            print(*(f"{name}={value}" for name, value in env.items()), sep="\n")
        case ["build", *modules]:
            for module in modules:
                file = Path(*module.split("."))
                olean = (built / file).with_suffix(".olean")
                olean.parent.mkdir(parents=True, exist_ok=True)
                source = (project / file).with_suffix(".lean")
                command = (str(SYSROOT / "bin" / "lean"), "-o", str(olean), str(source))
                if subprocess.run(command, env=os.environ | env, check=False).returncode:
                    return 1
        case _:
            print(f"the stand-in does not take {arguments}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
