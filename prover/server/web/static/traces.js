/** The tab *Traces*: an index of stored traces, and one of them. */

import { get } from "./api.js";
import { fill, make } from "./dom.js";
import { folderProblem } from "./folder.js";
import { storedSearch } from "./stored.js";
import { sortable } from "./table.js";

export class TracesPage {
  title = "Traces";

  constructor() {
    this.list = make("div", { class: "card stack" });
    this.shown = make("div", { class: "stack" });
    this.element = make("div", { class: "stack" }, this.list, this.shown);
  }

  /** @param {string} path A trace file, or nothing. */
  async open(path) {
    fill(this.shown);
    try {
      const found = (await get("/v1/traces")).map((/** @type {string} */ name) => ({ name }));
      fill(this.list, make("h1", {}, "Traces"), found.length ? sortable("traces", found, [
        { title: "File", value: row => row.name, show: row => make("a", { href: `#traces/${encodeURIComponent(row.name)}`, "aria-current": row.name === path ? "true" : undefined }, row.name) },
      ]) : make("p", { class: "dim" }, "No traces are in this folder. qstar prove --trace FOLDER writes them."));
      if (path) fill(this.shown, storedSearch(await get(`/v1/traces/search?path=${encodeURIComponent(path)}`)));
    } catch (error) {
      fill(this.shown, folderProblem(error));
    }
  }
}
