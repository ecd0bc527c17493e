/** The tab *Runs*: the runs of a folder, the theorems of one, and several side by side. */

import { get } from "./api.js";
import { curve } from "./curve.js";
import { count, figure, fill, make, oneLine } from "./dom.js";
import { folderProblem } from "./folder.js";
import { leanBlock } from "./lean.js";
import { sortable, statusTag } from "./table.js";

const percent = (/** @type {number} */ x) => `${(100 * x).toFixed(1)} %`;

export class RunsPage {
  title = "Runs";

  constructor() {
    this.list = make("div", { class: "card stack" });
    this.shown = make("div", { class: "stack" });
    this.element = make("div", { class: "stack" }, this.list, this.shown);
    /** @type {Set<string>} */
    this.chosen = new Set();
  }

  /** @param {string} path A run, or nothing. */
  async open(path) {
    try {
      this.showList(await get("/v1/runs"));
      if (path) await this.showRun(path);
      else fill(this.shown);
    } catch (error) {
      fill(this.shown, folderProblem(error));
    }
  }

  /** @param {any[]} runs */
  showList(runs) {
    const together = make("button", { type: "button", class: "primary", disabled: true, onclick: () => this.compare() }, "Side by side");
    const update = () => { together.disabled = this.chosen.size < 2; };
    const box = (/** @type {any} */ run) => run.kind === "eval" ? make("input", {
      type: "checkbox", "aria-label": `Compare ${run.path}`, checked: this.chosen.has(run.path),
      onchange: (/** @type {Event} */ event) => {
        if (/** @type {HTMLInputElement} */ (event.target).checked) this.chosen.add(run.path); else this.chosen.delete(run.path);
        update();
      },
    }) : null;
    const link = (/** @type {any} */ run) => run.kind === "eval" || run.kind === "collect"
      ? make("a", { href: `#${run.kind === "eval" ? "runs" : "data"}/${encodeURIComponent(run.path)}` }, run.path) : run.path;
    update();
    fill(this.list, make("div", { class: "row" }, make("h1", {}, "Runs"), make("span", { class: "grow" }), together),
      runs.length ? sortable("runs", runs, [
        { title: "Compare", value: () => "", show: box }, { title: "Run", value: run => run.path, show: link },
        { title: "Kind", value: run => run.kind }, { title: "Suite", value: run => run.settings.suite?.name ?? "" },
        { title: "Search", value: run => run.settings.search ?? "" }, { title: "Began", value: run => run.began },
      ]) : make("p", { class: "dim" }, "No runs are in this folder. qstar eval, collect, train and loop write them."));
  }

  /** @param {string} path */
  async showRun(path) {
    const run = await get(`/v1/runs/theorems?path=${encodeURIComponent(path)}`);
    const detail = make("div", {});
    const open = (/** @type {any} */ row) => fill(detail, make("section", { class: "card", "aria-label": row.id },
      make("h2", {}, row.id, " ", statusTag(row.status)), row.proof ? null : make("p", { class: "dim" }, `Why it ended: ${row.stop || "not tried"}`),
      leanBlock(row.proof || row.statement)));
    fill(this.shown, make("section", { class: "card stack", "aria-label": `Theorems of ${run.name}` },
      make("h2", {}, run.name), figures(run), callsCurve(run),
      sortable("theorems", run.rows, [
        { title: "Theorem", value: row => row.id, show: row => make("button", { type: "button", class: "link", onclick: () => open(row) }, row.id) },
        { title: "Outcome", value: row => row.status, show: row => statusTag(row.status) },
        { title: "Why it ended", value: row => row.stop }, { title: "Lean calls", value: row => row.lean_calls },
        { title: "Seconds", value: row => row.seconds }, { title: "Statement", value: row => oneLine(row.statement), show: row => make("span", { class: "code" }, oneLine(row.statement).slice(0, 120)) },
      ])), detail);
  }

  async compare() {
    try {
      const found = await get(`/v1/runs/compare?${[...this.chosen].map(path => `path=${encodeURIComponent(path)}`).join("&")}`);
      fill(this.shown, make("section", { class: "card stack", "aria-label": "Side by side" }, make("h2", {}, "Side by side"),
        make("div", { class: "curves" }, ...found.runs.map((/** @type {any} */ run) => make("div", { class: "stack" }, make("h3", {}, run.name), figures(run), callsCurve(run)))),
        ...found.comparisons.map(versus)));
    } catch (error) {
      fill(this.shown, folderProblem(error));
    }
  }
}

/** @param {any} run */
const figures = run => make("div", { class: "figures" },
  make("span", {}, make("b", {}, `${run.proved} of ${run.tried}`), "proved"),
  make("span", {}, make("b", {}, percent(run.share.value)), `95 %: ${percent(run.share.low)} to ${percent(run.share.high)}`));

/** @param {any} run */
const callsCurve = run => run.calls.length < 2 ? null
  : curve(run.calls.map((/** @type {number} */ calls, /** @type {number} */ i) => /** @type {[number, number]} */ ([calls, i + 1])), { x: "Lean calls", y: "theorems proved" });

/** @param {any} c A comparison. */
function versus(c) {
  const list = (/** @type {string} */ title, /** @type {string[]} */ ids) => make("details", { open: ids.length > 0 && ids.length < 30 },
    make("summary", {}, `${title}: ${ids.length}`), make("p", { class: "code" }, ids.join(", ")));
  return make("section", { "aria-label": `${c.b} against ${c.a}` }, make("h3", {}, `${c.b} against ${c.a}`),
    make("p", {}, `${count(c.theorems, "theorem")} that both tried${c.lean_calls ? ` within ${c.lean_calls} Lean calls` : ""}: ${c.proved_b} against ${c.proved_a}; difference ${percent(c.difference)} (95 %: ${percent(c.low)} to ${percent(c.high)}), p = ${figure(c.p_value, 4)}.`),
    list(`Only ${c.b}`, c.won), list(`Only ${c.a}`, c.lost));
}
