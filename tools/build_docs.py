"""Build the documentation into site/.

    python tools/build_docs.py

Writes the reference pages that are made from the code, runs Zensical with warnings as errors, and
checks that no page loads anything from other hosts.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference_pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE, SITE = ROOT / "docs" / "reference", ROOT / "site"

_LOADS = re.compile(
    r"""<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//[^>]*>"""
)


def main() -> None:
    """Build the site; exit with the builder's status or a message if that fails."""
    for name, write in PAGES.items():
        (REFERENCE / name).write_text(write(), encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"NO_COLOR": "1"}, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    if found := loads_from_elsewhere(SITE):
        sys.exit("pages that need the network:\n" + "\n".join(found))
    pages = len(list(SITE.rglob("*.html")))
    print(f"{pages} pages: open site/index.html, or for the search: python -m http.server -d site")


def loads_from_elsewhere(site: Path) -> list[str]:
    """List the scripts, styles and pictures that pages load from other hosts."""
    return [
        f"{page.relative_to(site)}: {match[0]}"
        for page in sorted(site.rglob("*.html"))
        for match in _LOADS.finditer(page.read_text(encoding="utf-8"))
        if 'rel="canonical"' not in match[0]
    ]


if __name__ == "__main__":
    main()
