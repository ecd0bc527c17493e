/** The tab *Data*: proof data by namespace, outcome and tactic, and one search of it. */

import { get } from "./api.js";
import { fill, make } from "./dom.js";
import { folderProblem } from "./folder.js";
import { storedSearch } from "./stored.js";
import { sortable, statusTag } from "./table.js";

export class DataPage {
  title = "Data";

  constructor() {
    this.list = make("div", { class: "card stack" });
    this.shown = make("div", { class: "stack" });
    this.element = make("div", { class: "stack" }, this.list, this.shown);
  }

  /** @param {string} path A folder of proof data, or nothing. */
  async open(path) {
    fill(this.shown);
    try {
      const found = await get("/v1/data");
      fill(this.list, make("h1", {}, "Proof data"), found.length ? sortable("collections", found, [
        { title: "Collection", value: row => row.path, show: row => make("a", { href: `#data/${encodeURIComponent(row.path)}` }, row.path) },
        { title: "Began", value: row => row.began },
      ]) : make("p", { class: "dim" }, "No proof data is in this folder. qstar collect writes it."));
      if (path) await this.showSearches(path);
    } catch (error) {
      fill(this.shown, folderProblem(error));
    }
  }

  /** @param {string} path */
  async showSearches(path) {
    const rows = await get(`/v1/data/searches?path=${encodeURIComponent(path)}`);
    const shown = make("div", { class: "stack" });
    const open = async (/** @type {string} */ id) => {
      const views = await get(`/v1/data/search?path=${encodeURIComponent(path)}&id=${encodeURIComponent(id)}`);
      fill(shown, ...views.map(storedSearch));
      shown.scrollIntoView({ block: "start" });
    };
    fill(this.shown, make("section", { class: "card stack", "aria-label": `Searches of ${path}` }, make("h2", {}, path),
      sortable("searches", rows, [
        { title: "Theorem", value: row => row.id, show: row => make("button", { type: "button", class: "link", onclick: () => open(row.id) }, row.id) },
        { title: "Namespace", value: row => row.namespace || row.group }, { title: "Outcome", value: row => row.status, show: row => statusTag(row.status) },
        { title: "Lean calls", value: row => row.lean_calls }, { title: "Seconds", value: row => row.seconds }, { title: "States", value: row => row.states },
        { title: "Tactics of the proof", value: row => row.tactics.join("; "), show: row => make("span", { class: "code" }, row.tactics.join("; ").slice(0, 120)) },
      ])), shown);
  }
}
