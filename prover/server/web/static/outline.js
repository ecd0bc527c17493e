/** The search as an outline: rows are made when they are opened, so its size does not matter. */

import { count, figure, make, oneLine } from "./dom.js";
import { MARK, goal } from "./search.js";

/** @import { Search } from "./search.js" */

const MANY = 20; // siblings beyond these fold

/**
 * @typedef {object} Row What a row of the outline stands for.
 * @property {HTMLElement[]} content
 * @property {number} [state] The state that it shows when it is chosen.
 * @property {string} [message] What Lean said.
 * @property {boolean} [proof]
 * @property {(() => Row[]) | null} below
 */

export class Outline {
  /** @param {(state: number) => void} onChoose */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.element = make("div", { class: "outline", role: "tree", "aria-label": "Outline of the search" });
    this.element.addEventListener("keydown", event => this.press(event));
  }

  /** @param {Search} search */
  show(search) {
    this.search = search;
    this.element.replaceChildren();
    if (!search.nodes.length) return;
    const root = this.add(this.element, this.stateRow(search, 0), 1);
    root.tabIndex = 0;
    this.open(root);
    if (search.nodes[0].status === "proved") this.openProof(root);
  }

  /** @param {Element} parent @param {Row} row @param {number} level */
  add(parent, row, level) {
    const line = make("div", { class: "line" }, make("span", { class: "turn", "aria-hidden": "true" }, row.below ? "▸" : ""), ...row.content);
    const item = make("div", {
      role: "treeitem", tabIndex: -1, class: row.proof ? "item proof" : "item",
      "aria-level": String(level), "aria-expanded": row.below ? "false" : undefined,
    }, line);
    item.style.setProperty("--level", String(level - 1));
    rows.set(item, row);
    line.addEventListener("click", () => { this.focus(item); this.act(item); });
    parent.append(item);
    return item;
  }

  /** @param {HTMLElement} item */
  act(item) {
    const row = rows.get(item);
    if (row?.state !== undefined) this.onChoose(row.state);
    if (row?.message && !item.querySelector(":scope > .message"))
      item.append(make("pre", { class: "message", tabIndex: 0 }, row.message));
    else item.querySelector(":scope > .message")?.remove();
    if (row?.below) item.getAttribute("aria-expanded") === "true" ? this.close(item) : this.open(item);
  }

  /** @param {HTMLElement} item */
  open(item) {
    const row = rows.get(item);
    if (!row?.below || item.getAttribute("aria-expanded") === "true") return;
    item.setAttribute("aria-expanded", "true");
    const group = make("div", { role: "group" });
    for (const below of row.below()) this.add(group, below, Number(item.getAttribute("aria-level")) + 1);
    item.append(group);
  }

  /** @param {HTMLElement} item */
  close(item) {
    item.setAttribute("aria-expanded", "false");
    item.querySelector(":scope > [role=group]")?.remove();
  }

  /** @param {HTMLElement} item */
  openProof(item) {
    this.open(item);
    for (const below of /** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll(":scope > [role=group] > .proof"))) this.openProof(below);
  }

  /** @param {HTMLElement} item */
  focus(item) {
    this.element.querySelectorAll('[tabindex="0"][role=treeitem]').forEach(e => { /** @type {HTMLElement} */ (e).tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const item = /** @type {HTMLElement} */ (event.target).closest("[role=treeitem]");
    if (!(item instanceof HTMLElement)) return;
    const all = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[role=treeitem]")]);
    const expanded = item.getAttribute("aria-expanded") === "true";
    /** @type {Record<string, () => HTMLElement | null | undefined | void>} */
    const keys = {
      ArrowDown: () => all[all.indexOf(item) + 1],
      ArrowUp: () => all[all.indexOf(item) - 1],
      ArrowRight: () => expanded ? all[all.indexOf(item) + 1] : this.open(item),
      ArrowLeft: () => expanded ? this.close(item) : /** @type {HTMLElement | null | undefined} */ (item.parentElement?.closest("[role=treeitem]")),
      Home: () => all[0], End: () => all[all.length - 1],
      Enter: () => this.act(item), " ": () => this.act(item),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    const next = keys[event.key]();
    if (next) this.focus(next);
  }

  /** @param {Search} search @param {number} id @param {boolean} [proof] @returns {Row} */
  stateRow(search, id, proof) {
    const node = search.nodes[id];
    return {
      state: id, proof,
      content: [
        make("span", { class: `mark ${node.status}`, title: node.status }, MARK[node.status]),
        make("span", { class: "dim" }, `s${id}`), make("span", { class: "code" }, goal(node).slice(0, 160)),
        make("span", { class: "dim" }, node.priority === null ? "" : `priority ${figure(node.priority)}`),
      ],
      below: node.edges.length ? () => this.tacticRows(search, id) : null,
    };
  }

  /** @param {Search} search @param {number} id */
  tacticRows(search, id) {
    const mine = search.nodes[id].edges.map(e => search.edges[e]);
    const applied = mine.filter(edge => !edge.reason), rejected = mine.filter(edge => edge.reason);
    applied.sort((a, b) => Number(b.proof ?? false) - Number(a.proof ?? false));
    const row = (/** @type {import("./search.js").Tactic} */ edge) => this.tacticRow(search, edge);
    const found = applied.slice(0, MANY).map(row);
    if (applied.length > MANY) found.push(group(`${applied.length - MANY} more that applied`, applied.slice(MANY).map(edge => () => row(edge))));
    if (rejected.length) found.push(group(`${rejected.length} rejected`, rejected.map(edge => () => row(edge))));
    return found;
  }

  /** @param {Search} search @param {import("./search.js").Tactic} edge @returns {Row} */
  tacticRow(search, edge) {
    const said = edge.reason ? edge.reason.replaceAll("_", " ") : edge.children.length ? "" : "closes the state";
    return {
      proof: edge.proof, message: edge.message,
      content: [
        make("span", { class: "code tactic" }, oneLine(edge.tactic).slice(0, 160)),
        make("span", { class: edge.reason ? "failed" : "proved" }, said),
        make("span", { class: "dim" }, `logprob ${figure(edge.logprob)}, ${figure(edge.ms, 0)} ms`),
      ],
      below: edge.children.length
        ? () => [...new Set(edge.children)].map(id => this.stateRow(search, id, edge.proof)) : null,
    };
  }
}

/** @type {WeakMap<HTMLElement, Row>} */
const rows = new WeakMap();

/** @param {string} text @param {(() => Row)[]} members @returns {Row} */
const group = (text, members) => ({
  content: [make("span", { class: "dim" }, text)],
  below: () => members.map(member => member()),
});

/** @param {Search} search */
export const summary = search => `${count(search.nodes.length, "state")}, ${count(search.edges.length, "tactic")} run`;
