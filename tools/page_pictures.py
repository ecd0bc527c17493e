"""Pictures of the page for the documentation, taken from the real page.

    python tools/page_pictures.py

Starts `qstar ui`, proves a theorem, and writes docs/assets/page-light.webp and page-dark.webp.
Needs Chromium.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
STATEMENT = "theorem few (xs : List Nat) : (∀ x, x ∈ xs → x < 3) → xs.filter (fun x => 5 < x) = []"
SIZE = {"width": 1280, "height": 1120}


def main() -> None:
    """Take the pictures of one search in both themes."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = str(Path(folder) / "jobs.sqlite")
        command = [sys.executable, "-c", "from prover.cli import main; main()", "ui", folder]
        service = subprocess.Popen(
            [*command, "--no-open", "--jobs", jobs], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            assert service.stdout is not None
            found = re.search(r"http://\S+", service.stdout.readline())
            assert found, "qstar ui did not start"
            take(found[0])
        finally:
            service.terminate()
            service.wait()


def take(url: str) -> None:
    """Prove `STATEMENT` on the page at `url`, and save the page in both themes."""
    with sync_playwright() as driver:
        path = shutil.which("chromium") or sys.exit("no Chromium is installed")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        prove(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(500)  # transitions of colours
            picture = Image.open(BytesIO(page.screenshot()))
            picture.save(ASSETS / f"page-{scheme}.webp", quality=85, method=6)
        browser.close()


def prove(page: Page) -> None:
    """Fill in the form, wait for the proof, and choose the first state."""
    page.fill("#statement", STATEMENT)
    page.select_option("#search", "bestfirst")
    page.click("[type=submit]")
    page.wait_for_selector(".proof-card", timeout=120_000)
    page.wait_for_selector(".viewer:visible")
    page.focus(".graph")
    page.keyboard.press("Home")
    page.click("[aria-label^='Fit']")
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


if __name__ == "__main__":
    main()
