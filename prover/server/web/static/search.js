/** A search as the service and trace files describe it: states, tactics, and what follows. */

import { oneLine } from "./dom.js";

/** @typedef {"open" | "proved" | "failed"} Status */

/**
 * @typedef {object} State
 * @property {string} text
 * @property {Status} status
 * @property {number | null} priority
 * @property {number | null} value
 * @property {number | null} cost
 * @property {number} [depth]
 * @property {string} [why]
 * @property {number[]} edges
 */

/**
 * @typedef {object} Tactic
 * @property {number} parent
 * @property {string} tactic
 * @property {string} source
 * @property {number} logprob
 * @property {number} ms
 * @property {number[]} children
 * @property {boolean} [proof]
 * @property {string} [reason]
 * @property {string} [message]
 */

export class Search {
  constructor() {
    /** @type {State[]} */
    this.nodes = [];
    /** @type {Tactic[]} */
    this.edges = [];
    /** @type {Record<string, any>} */
    this.about = {};
  }

  /** @param {any} view What `search_view` in Python made. */
  static of(view) {
    const search = new Search();
    const { nodes, edges, ...about } = view;
    search.about = about;
    search.grow({ nodes, edges, changed: [] });
    return search;
  }

  /** @param {any} news What `GraphChanges.next` in Python made. */
  grow(news) {
    for (const [id, status, cost, priority] of news.changed)
      Object.assign(this.nodes[id], { status, cost, priority });
    for (const node of news.nodes) this.nodes.push({ ...node, edges: [] });
    for (const edge of news.edges) {
      this.nodes[edge.parent].edges.push(this.edges.length);
      this.edges.push(edge);
    }
  }

  /**
   * Proved if all children are; failed if it was rejected or a child failed; else open.
   * @param {Tactic} edge
   * @returns {Status}
   */
  statusOf(edge) {
    if (edge.reason) return "failed";
    const found = edge.children.map(id => this.nodes[id].status);
    if (found.includes("failed")) return "failed";
    return found.includes("open") ? "open" : "proved";
  }

  /**
   * The open states that the search holds for the best, those of least priority first.
   * @param {number} most
   */
  next(most) {
    if (this.nodes[0].status !== "open") return [];
    const open = this.nodes.map((node, id) => ({ node, id }))
      .filter(({ node }) => node.status === "open" && node.priority !== null);
    open.sort((a, b) => Number(a.node.priority) - Number(b.node.priority));
    return open.slice(0, most);
  }
}

/**
 * The first goal of a state on one line.
 * @param {State} node
 */
export const goal = node => {
  const from = node.text.indexOf("⊢");
  const end = node.text.indexOf("\n\n", from);
  return oneLine(from < 0 ? node.text : node.text.slice(from, end < 0 ? undefined : end));
};

/** @type {Record<Status, string>} */
export const MARK = { proved: "✓", failed: "✗", open: "…" };
