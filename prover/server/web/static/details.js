/** One state with the tactics that ran there; or, when none is chosen, where the budget went. */

import { figure, make, oneLine } from "./dom.js";
import { MARK } from "./search.js";

/** @import { Search, Tactic } from "./search.js" */

const MOST = 200; // rows of a table

/**
 * @param {Search} search
 * @param {number} id
 * @param {(state: number) => void} onChoose
 */
export function stateDetails(search, id, onChoose) {
  const node = search.nodes[id];
  const facts = [
    node.depth === undefined ? "" : `depth ${node.depth}`,
    node.priority === null ? "" : `priority ${figure(node.priority)}`,
    node.value === null ? "" : `V(s) ${figure(node.value)}`,
    node.cost === null ? "" : `least proof ${figure(node.cost)}`,
  ].filter(Boolean);
  const order = [...node.edges].sort((a, b) => rank(search.edges[a]) - rank(search.edges[b]) || a - b);
  return make("section", { class: "details", "aria-label": `State s${id}` },
    make("h3", {}, make("span", { class: `mark ${node.status}` }, MARK[node.status]), ` State s${id} `, make("span", { class: "dim" }, facts.join(" · "))),
    make("pre", { class: "goal", tabIndex: 0, role: "region", "aria-label": "Goals" }, node.text),
    node.why ? make("p", { class: "dim" }, node.why) : null,
    make("h4", {}, node.edges.length ? `Tactics run here (${node.edges.length})` : "No tactic has run here yet"),
    ...order.slice(0, MOST).map(edge => tactic(search, search.edges[edge], onChoose)),
    order.length > MOST ? make("p", { class: "dim" }, `${order.length - MOST} more`) : null);
}

/** @param {Tactic} edge */
const rank = edge => edge.proof ? 0 : edge.reason ? 2 : 1;

/** @param {Search} search @param {Tactic} edge @param {(state: number) => void} onChoose */
function tactic(search, edge, onChoose) {
  const head = [
    make("span", { class: "code tactic" }, edge.tactic),
    make("span", { class: `tag ${search.statusOf(edge)}` }, edge.proof ? "in the proof" : edge.reason?.replaceAll("_", " ") ?? (edge.children.length ? search.statusOf(edge) : "closes it")),
  ];
  const numbers = `${edge.source}, logprob ${figure(edge.logprob)}, ${figure(edge.ms, 0)} ms`;
  if (edge.message)
    return make("details", { class: "run" }, make("summary", { title: numbers }, ...head), make("pre", { tabIndex: 0 }, edge.message));
  const to = [...new Set(edge.children)].map(child =>
    make("button", { type: "button", class: "link", onclick: () => onChoose(child) }, `s${child}`));
  return make("div", { class: "run", title: numbers }, ...head, ...to);
}

/** @param {Search} search @param {(state: number) => void} onChoose */
export function overview(search, onChoose) {
  const next = search.next(8);
  return make("section", { class: "details", "aria-label": "Overview" },
    next.length ? make("h3", {}, "Tried next") : null,
    next.length ? make("p", { class: "dim" }, "Open states, those of least priority first. Priority is cost so far plus what is estimated to be left.") : null,
    ...next.map(({ node, id }) => make("div", { class: "run" },
      make("button", { type: "button", class: "link", onclick: () => onChoose(id) }, `s${id}`),
      make("span", { class: "code cut" }, oneLine(node.text.slice(node.text.indexOf("⊢")))),
      make("span", { class: "tag" }, `${figure(node.priority)}${node.value === null ? "" : ` (V ${figure(node.value)})`}`))),
    ...Object.entries(search.about.shares ?? {}).map(([name, shares]) => shareTable(name, shares)));
}

/** @param {string} name @param {[string, number, number][]} shares */
function shareTable(name, shares) {
  const most = Math.max(...shares.map(share => share[1]), 1);
  return make("table", { class: "shares" }, make("caption", {}, `Budget ${name}`),
    make("tr", {}, make("th", { scope: "col" }, "group"), make("th", { class: "number", scope: "col" }, "tactics"), make("th", { class: "number", scope: "col" }, "Lean s")),
    ...shares.slice(0, 10).map(([group, tactics, seconds]) => {
      const bar = make("td", { class: "share" }, group);
      bar.style.setProperty("--share", String(tactics / most));
      return make("tr", {}, bar, make("td", { class: "number" }, tactics), make("td", { class: "number" }, seconds.toFixed(2)));
    }));
}
