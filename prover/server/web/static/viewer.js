/** A search to look at: graph or outline, details, finding.  The page, stored traces and notebooks share it. */

import { GraphCanvas } from "./canvas.js";
import { overview, stateDetails } from "./details.js";
import { fill, make } from "./dom.js";
import { Outline, summary } from "./outline.js";

/** @import { Search } from "./search.js" */

export class Viewer {
  constructor() {
    const choose = (/** @type {number} */ id) => this.choose(id);
    this.graph = new GraphCanvas(choose);
    this.outline = new Outline(choose);
    this.side = make("div", { class: "side", tabIndex: 0, role: "region", "aria-label": "Details" });
    this.size = make("span", { class: "dim size" });
    this.find = make("input", { type: "search", placeholder: "Find in goals and tactics", "aria-label": "Find in goals and tactics" });
    this.hits = make("output", { class: "dim" });
    /** @type {Search | null} */
    this.search = null;
    this.chosen = -1;
    /** @type {number[]} */
    this.matches = [];
    this.match = -1;
    this.drawn = -2; // what the details show
    this.asOutline = false;
    this.element = make("section", { class: "viewer", "aria-label": "Proof graph" }, this.bar(),
      make("div", { class: "split" }, make("div", { class: "stage" }, this.graph.element, legend(), this.outline.element), this.side));
    this.outline.element.hidden = true;
  }

  bar() {
    const button = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ act) =>
      make("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: act }, text);
    this.find.addEventListener("input", () => this.lookFor());
    this.find.addEventListener("keydown", event => { if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1); });
    const kind = button("Outline", "Show as an outline", () => {
      this.asOutline = !this.asOutline;
      this.graph.element.hidden = this.asOutline;
      this.outline.element.hidden = !this.asOutline;
      kind.textContent = this.asOutline ? "Graph" : "Outline";
      kind.setAttribute("aria-label", this.asOutline ? "Show as a graph" : "Show as an outline");
      if (this.asOutline && this.search) this.outline.show(this.search);
    });
    const dead = make("input", { type: "checkbox", checked: true, onchange: () => {
      this.graph.deadEnds = dead.checked;
      this.graph.relay();
    } });
    return make("div", { class: "bar" }, this.size, make("span", { class: "grow" }), this.find, this.hits, button("↑", "Previous hit", () => this.go(-1)), button("↓", "Next hit", () => this.go(1)),
      make("label", { class: "check" }, dead, "dead ends"),
      button("−", "Zoom out", () => this.graph.zoom(1 / 1.5)), button("+", "Zoom in", () => this.graph.zoom(1.5)),
      button("Fit", "Fit the graph into the view", () => this.graph.fit()),
      button("Overview", "Show what comes next and where the budget went", () => this.choose(-1)), kind);
  }

  /** Show a search, or the same one again after it has grown. @param {Search} search */
  show(search) {
    const isNew = this.search !== search;
    this.search = search;
    this.size.textContent = summary(search);
    if (isNew && !search.nodes[this.chosen]) this.chosen = -1;
    this.graph.show(search);
    if (this.asOutline && isNew) this.outline.show(search);
    this.details();
    if (this.find.value) this.lookFor();
  }

  /** @param {number} id A state; -1 for the overview. */
  choose(id) {
    this.chosen = id;
    this.graph.choose(id);
    this.details();
  }

  details() {
    if (!this.search?.nodes.length) return fill(this.side);
    const at = this.side.scrollTop, opened = this.side.querySelector("details[open]");
    if (opened && this.drawn === this.chosen) return; // somebody reads
    const choose = (/** @type {number} */ id) => { this.choose(id); if (id >= 0) this.graph.reveal(id); };
    fill(this.side, this.chosen < 0 ? overview(this.search, choose) : stateDetails(this.search, this.chosen, choose));
    if (this.drawn === this.chosen) this.side.scrollTop = at;
    this.drawn = this.chosen;
  }

  lookFor() {
    const wanted = this.find.value.trim().toLowerCase();
    const search = this.search;
    this.matches = !wanted || !search ? [] : search.nodes.flatMap((node, id) =>
      node.text.toLowerCase().includes(wanted)
        || node.edges.some(e => search.edges[e].tactic.toLowerCase().includes(wanted)) ? [id] : []);
    this.match = -1;
    this.graph.found = new Set(this.matches);
    this.graph.draw();
    this.tell(wanted);
  }

  /** @param {number} by */
  go(by) {
    if (!this.matches.length) return;
    this.match = (this.match + by + this.matches.length) % this.matches.length;
    const id = this.matches[this.match];
    this.choose(id);
    this.graph.reveal(id);
    this.tell(this.find.value);
  }

  /** @param {string} wanted */
  tell(wanted) {
    const place = this.match < 0 ? "" : `${this.match + 1} of `;
    this.hits.textContent = wanted ? `${place}${this.matches.length} ${this.matches.length === 1 ? "state" : "states"}` : "";
  }
}

const legend = () => make("div", { class: "legend", "aria-hidden": "true" },
  make("span", { class: "proved" }, "● proved"), make("span", { class: "open" }, "● open"), make("span", { class: "failed" }, "● failed"));
