/** A stored search: how it ended, its proof, and its graph.  Pages that stand alone begin here. */

import { copyButton, make } from "./dom.js";
import { leanBlock } from "./lean.js";
import { Search } from "./search.js";
import { statusTag } from "./table.js";
import { Viewer } from "./viewer.js";

/** @param {any} view What `search_view` in Python made. */
export function storedSearch(view) {
  const viewer = new Viewer(), used = view.stats;
  requestAnimationFrame(() => viewer.show(Search.of(view)));
  return make("div", { class: "stack" }, make("section", { class: "card", "aria-label": view.name },
    make("div", { class: "row" }, make("h2", {}, view.name || "theorem"), statusTag(view.status),
      make("span", { class: "dim" }, `${view.search}, ${view.stop.replaceAll("_", " ")}; ${used.lean_calls} tactics run, ${used.seconds.toFixed(1)} s, of these Lean ${used.lean_seconds.toFixed(1)} s and policy ${used.policy_seconds.toFixed(1)} s`),
      make("span", { class: "grow" }), view.proof ? copyButton(() => view.proof) : null),
    leanBlock(view.proof || view.statement)), viewer.element);
}

const embedded = document.getElementById("data"); // in a page of its own
if (embedded) document.getElementById("main")?.append(storedSearch(JSON.parse(embedded.textContent ?? "")));
