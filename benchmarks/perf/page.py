"""How fast the page shows a search of 10,000 states, in the system's Chromium.

    python -m benchmarks.perf.page

Opens the page of a made-up trace, and prints the time to the first paint and to the drawn graph,
frames a second while the graph is panned, the heap of its scripts, and the memory of the process
that renders it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from lean_env.types import Applied, Goal, ProofState, Rejected, RejectionReason, Theorem
from prover.graph.store import ProofGraph
from prover.tracing.page import page
from prover.tracing.trace import Trace
from prover.types import Proposal, Stats, StopReason, TheoremStatus

STATES = 10_000
PAN_SECONDS = 3

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_DRAWN = "performance.now()"
_PAN = """seconds => new Promise(done => {
  const canvas = document.querySelector('.graph'), start = performance.now();
  let frames = 0;
  const move = (type, x) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, clientX: 400 + x, clientY: 300 + x, bubbles: true }));
  canvas.setPointerCapture = () => {};
  move('pointerdown', 0);
  (function frame() {
    const passed = performance.now() - start;
    if (passed > 1000 * seconds) { move('pointerup', 0); done(1000 * frames / passed); return; }
    move('pointermove', 200 * Math.sin(passed / 300));
    frames++;
    requestAnimationFrame(frame);
  })();
})"""


def made_up(states: int) -> Trace:
    """Make a search of that many states, with two rejected tactics for each that applied.

    Args:
        states: The number of states.
    """
    random = Random(0)
    theorem = Theorem(name="large", statement="theorem large : True")
    graph = ProofGraph(_state(theorem, 0))
    while len(graph.nodes) < states:
        parent = random.choice(graph.nodes[-400:])
        first = len(graph.nodes)
        children = tuple(_state(theorem, first + i) for i in range(random.choice((1, 1, 2))))
        graph.add(parent, Proposal(f"apply step_{len(graph.edges)}", -1.0), Applied(children))
        for _ in range(2):
            no = Rejected(RejectionReason.ERROR, "unsolved goals\n⊢ False", 0.01)
            graph.add(parent, Proposal(f"exact wrong_{len(graph.edges)}", -2.0), no)
    return Trace(
        name="large",
        search="qstar",
        graph=graph,
        status=TheoremStatus.OPEN,
        stop=StopReason.LEAN_CALLS,
        proof="",
        stats=Stats(lean_calls=len(graph.edges)),
    )


def _state(theorem: Theorem, number: int) -> ProofState:
    goal = Goal(f"f {number} + g {number} ≤ h {number} * k {number}", ())
    return ProofState(f"s{number}", theorem, (goal,))


def measure(file: Path) -> dict[str, float]:
    """Open a page of a trace and measure it.

    Args:
        file: The page.

    Returns:
        Milliseconds, frames a second, and MiB, by what was measured.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = shutil.which("chromium") or sys.exit("no Chromium is installed")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        shown: Any = browser.new_page(viewport={"width": 1280, "height": 900})
        shown.goto(file.as_uri())
        shown.wait_for_selector(".size >> text=states")
        shown.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        drawn, paint = shown.evaluate(_DRAWN), shown.evaluate(_PAINT)
        overview = shown.evaluate(_PAN, PAN_SECONDS)
        for _ in range(12):
            shown.click("[aria-label='Zoom in']")
        near = shown.evaluate(_PAN, PAN_SECONDS)
        session = shown.context.new_cdp_session(shown)
        session.send("Performance.enable")
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        memory = _renderer_memory()
        browser.close()
    return {
        "first paint, ms": paint,
        "graph drawn, ms": drawn,
        "frames a second, whole graph in view": overview,
        "frames a second, zoomed in": near,
        "JavaScript heap, MiB": metrics["JSHeapUsedSize"] / 2**20,
        "rendering process (USS), MiB": memory / 2**20,
    }


def _renderer_memory() -> int:
    """The bytes that only the largest rendering process below this one has."""
    import psutil

    below = psutil.Process().children(recursive=True)
    pages = [process for process in below if "--type=renderer" in process.cmdline()]
    return max(process.memory_full_info().uss for process in pages)


def main() -> None:
    """Measure and print, with the load of the machine."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.html"
        trace = made_up(STATES)
        file.write_text(page(trace), encoding="utf-8")
        print(f"{len(trace.graph.nodes)} states, {len(trace.graph.edges)} tactics")
        for name, value in measure(file).items():
            print(f"{name}: {value:.1f}")
    print(f"load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
