/** Where states and applied tactics stand: a tidy tree from left to right, one leaf a row. */

/** @import { Search, Status } from "./search.js" */

/**
 * @typedef {object} Item
 * @property {"state" | "tactic"} kind
 * @property {number} id Index among the states, or among the tactics.
 * @property {Status} status
 * @property {boolean} proof
 * @property {number} x Column.
 * @property {number} y Row; that of a parent is in the middle of its children's.
 * @property {number} parent Index of the item on the left; -1 for the root.
 * @property {number[]} below Indices of the items on the right.
 * @property {number} hidden How many items a folded one hides.
 */

/** @typedef {{items: Item[], columns: number, rows: number, at: Map<number, number>}} Layout */

/** @type {Record<Status, number>} */
const ORDER = { proved: 0, open: 1, failed: 2 };

/**
 * Lay out a search; a state stands below the tactic that led to it first.
 * @param {Search} search
 * @param {{folded: Set<number>, deadEnds: boolean}} options Folded states show nothing below them;
 *   without dead ends, failed tactics are left out.
 * @returns {Layout}
 */
export function layOut(search, { folded, deadEnds }) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Map<number, number>} */
  const at = new Map();
  const owner = firstTactics(search);
  if (search.nodes.length) place(items, "state", 0, search.nodes[0].status, false, 0, -1);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item.kind === "state") {
      at.set(item.id, i);
      const tactics = tacticsOf(search, item.id, deadEnds);
      if (folded.has(item.id)) item.hidden = tactics.length;
      else for (const [id, status] of tactics)
        place(items, "tactic", id, status, Boolean(search.edges[id].proof), item.x + 1, i);
    } else for (const child of new Set(search.edges[item.id].children)) {
      if (owner[child] === item.id)
        place(items, "state", child, search.nodes[child].status, item.proof, item.x + 1, i);
    }
  }
  return { items, at, rows: numberRows(items), columns: items.reduce((most, item) => Math.max(most, item.x + 1), 1) };
}

/**
 * @param {Item[]} items @param {"state" | "tactic"} kind @param {number} id @param {Status} status
 * @param {boolean} proof @param {number} x @param {number} parent
 */
function place(items, kind, id, status, proof, x, parent) {
  if (parent >= 0) items[parent].below.push(items.length);
  items.push({ kind, id, status, proof, x, y: 0, parent, below: [], hidden: 0 });
}

/**
 * The applied tactics of a state, those of the proof first and dead ends last.
 * @param {Search} search @param {number} id @param {boolean} deadEnds
 * @returns {[number, Status][]}
 */
function tacticsOf(search, id, deadEnds) {
  /** @type {[number, Status][]} */
  const found = [];
  for (const edge of search.nodes[id].edges) {
    if (search.edges[edge].reason) continue;
    const status = search.statusOf(search.edges[edge]);
    if (deadEnds || status !== "failed") found.push([edge, status]);
  }
  const rank = (/** @type {[number, Status]} */ [edge, status]) =>
    search.edges[edge].proof ? -1 : ORDER[status];
  return found.sort((a, b) => rank(a) - rank(b) || a[0] - b[0]);
}

/**
 * For each state the tactic that led to it first in breadth-first order; tactics of a proof go first.
 * @param {Search} search
 */
function firstTactics(search) {
  const owner = new Int32Array(search.nodes.length).fill(-1);
  const queue = [0];
  for (let i = 0; i < queue.length && search.nodes.length; i++) {
    const edges = search.nodes[queue[i]].edges;
    const first = edges.filter(e => search.edges[e].proof);
    for (const edge of first.length ? first.concat(edges) : edges)
      for (const child of search.edges[edge].children)
        if (owner[child] < 0 && child !== 0) { owner[child] = edge; queue.push(child); }
  }
  return owner;
}

/**
 * Give leaves a row each, depth first, and parents the middle.
 * @param {Item[]} items
 */
function numberRows(items) {
  const width = new Int32Array(items.length).fill(1);
  for (let i = items.length - 1; i >= 0; i--)
    if (items[i].below.length) width[i] = items[i].below.reduce((sum, b) => sum + width[b], 0);
  const top = new Int32Array(items.length);
  for (let i = 0; i < items.length; i++) {
    let row = top[i];
    for (const b of items[i].below) { top[b] = row; row += width[b]; }
  }
  for (let i = items.length - 1; i >= 0; i--) {
    const { below } = items[i];
    items[i].y = below.length
      ? (items[below[0]].y + items[below[below.length - 1]].y) / 2
      : top[i] + 0.5;
  }
  return items.length ? width[0] : 1;
}
