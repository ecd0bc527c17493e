/** Tables whose rows can be sorted by a column and filtered by a text. */

import { count, fill, make } from "./dom.js";

/** @import { Child } from "./dom.js" */

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: Row) => string | number} value What it is sorted by, and found by.
 * @property {(row: Row) => Child} [show] What the cell shows, if not the value.
 */

/**
 * @template Row
 * @param {string} label What the rows are.
 * @param {Row[]} rows
 * @param {Column<Row>[]} columns
 * @param {number} [most] Rows that are shown at once.
 */
export function sortable(label, rows, columns, most = 500) {
  let by = -1, down = false, wanted = "";
  const body = make("tbody"), hits = make("output", { class: "dim" });
  const find = make("input", { type: "search", placeholder: "Filter", "aria-label": `Filter ${label}` });
  const heads = columns.map((column, i) => make("th", { scope: "col", class: isNumber(column) ? "number" : "" },
    make("button", { type: "button", onclick: () => { down = by === i && !down; by = i; draw(); } }, column.title)));
  const isMatch = (/** @type {Row} */ row) => columns.some(c => String(c.value(row)).toLowerCase().includes(wanted));

  /** @param {Column<Row>} column */
  function isNumber(column) { return rows.length > 0 && typeof column.value(rows[0]) === "number"; }
  /** @param {Row} a @param {Row} b */
  function order(a, b) {
    const x = columns[by].value(a), y = columns[by].value(b);
    const sign = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return down ? -sign : sign;
  }
  function draw() {
    const found = rows.filter(isMatch);
    if (by >= 0) found.sort(order);
    heads.forEach((head, i) => head.setAttribute("aria-sort", i !== by ? "none" : down ? "descending" : "ascending"));
    hits.textContent = `${count(found.length, "row")}${found.length > most ? `, the first ${most} shown` : ""}`;
    fill(body, ...found.slice(0, most).map(row => make("tr", {}, ...columns.map(column =>
      make("td", { class: isNumber(column) ? "number" : "" }, column.show ? column.show(row) : column.value(row))))));
  }
  find.addEventListener("input", () => { wanted = find.value.trim().toLowerCase(); draw(); });
  draw();
  return make("div", { class: "stack" }, make("div", { class: "row" }, find, hits),
    make("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": label },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)));
}

/** A word in the colour of an outcome. @param {string} status */
export const statusTag = status => make("span", {
  class: `tag ${status === "proved" ? "proved" : ["failed", "invalid", "broken", "disproved", "error"].includes(status) ? "failed" : "open"}`,
}, status);
