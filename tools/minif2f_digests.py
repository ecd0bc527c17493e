"""Write `benchmarks/suites/minif2f.digests`, again whenever `minif2f_overlap.normalize` changes.

    python tools/minif2f_digests.py FILE.jsonl …

Each file has a variant of miniF2F, one statement a line, in `formal_statement`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.suites import minif2f_overlap


def main() -> None:
    """Read the file names from the command line, and write the digests."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("files", type=Path, nargs="+")
    write(parser.parse_args().files)


def write(files: Sequence[Path]) -> None:
    """Write the digests of all statements in the files."""
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    found = {minif2f_overlap.digest(json.loads(line)["formal_statement"]) for line in lines}
    out = Path(minif2f_overlap.__file__).with_name("minif2f.digests")
    out.write_text("\n".join(sorted(found)) + "\n", "ascii")
    print(f"{len(found)} statements; {out}")


if __name__ == "__main__":
    main()
