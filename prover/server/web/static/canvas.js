/** The AND/OR graph on a canvas: states are discs, tactics are labels; wheel zooms, dragging pans. */

import { oneLine } from "./dom.js";
import { layOut } from "./layout.js";
import { goal } from "./search.js";

/** @import { Search, Status } from "./search.js" */
/** @import { Item, Layout } from "./layout.js" */

const COLUMN = 190, ROW = 28, MARGIN = 18;
const LETTER = 7.23; // pixels of a letter of FONT
const READABLE = 13; // least pixels of a row with text
const FONT = "12px ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export class GraphCanvas {
  /** @param {(state: number) => void} onChoose Called with the state that was clicked. */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.element = document.createElement("canvas");
    this.element.className = "graph";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "img");
    /** @type {Search | null} */
    this.search = null;
    /** @type {Layout} */
    this.layout = { items: [], columns: 1, rows: 1, at: new Map() };
    /** @type {Set<number>} */
    this.folded = new Set();
    /** @type {Set<number>} */
    this.found = new Set();
    this.deadEnds = true;
    this.chosen = -1;
    this.view = { x: 0, y: 0, sx: 1, sy: 1, fitted: true };
    this.frame = 0;
    /** @type {Record<string, string>} */
    this.colours = {};
    this.listen();
  }

  /** @param {Search} search */
  show(search) {
    this.search = search;
    this.layout = layOut(search, this);
    this.element.setAttribute("aria-label",
      `Proof graph: ${search.nodes.length} states, ${search.edges.length} tactics run. `
      + "Arrow keys move between states, space folds, plus and minus zoom. The outline has the same as text.");
    if (this.view.fitted) this.fit(); else this.draw();
  }

  relay() { if (this.search) this.show(this.search); }

  fit() {
    const { clientWidth: w, clientHeight: h } = this.element;
    const { columns, rows } = this.layout;
    const sx = Math.min(1, (w - 2 * MARGIN) / (columns * COLUMN));
    const sy = Math.min(1, (h - 2 * MARGIN) / (rows * ROW));
    const x = MARGIN, y = Math.max(MARGIN, (h - rows * ROW * sy) / 2);
    this.view = { x, y, sx: Math.max(sx, 0.005), sy: Math.max(sy, 1e-5), fitted: true };
    this.draw();
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  zoom(factor, x = this.element.clientWidth / 2, y = this.element.clientHeight / 2) {
    const v = this.view;
    const sx = Math.min(1.6, Math.max(0.02, v.sx * factor)), sy = Math.min(1.6, Math.max(1e-5, v.sy * factor));
    this.view = { x: x - (x - v.x) * sx / v.sx, y: y - (y - v.y) * sy / v.sy, sx, sy, fitted: false };
    this.draw();
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.view = { ...this.view, x: this.view.x + dx, y: this.view.y + dy, fitted: false };
    this.draw();
  }

  /** @param {number} state */
  choose(state) {
    this.chosen = state;
    this.draw();
  }

  /** Bring a state into view, large enough to read. @param {number} state */
  reveal(state) {
    const item = this.layout.items[this.layout.at.get(state) ?? -1];
    if (!item) return;
    const sx = Math.max(this.view.sx, 0.8), sy = Math.max(this.view.sy, 0.8);
    const { clientWidth: w, clientHeight: h } = this.element;
    this.view = { sx, sy, x: w / 3 - item.x * COLUMN * sx, y: h / 2 - item.y * ROW * sy, fitted: false };
    this.choose(state);
  }

  /** @param {number} state */
  toggleFold(state) {
    if (!this.folded.delete(state)) this.folded.add(state);
    this.relay();
  }

  draw() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  /** @param {Item} item @returns {[number, number]} */
  spot(item) {
    const { x, y, sx, sy } = this.view;
    return [x + (item.x * COLUMN + 8) * sx, y + item.y * ROW * sy];
  }

  paint() {
    const canvas = this.element, ratio = devicePixelRatio || 1;
    const w = canvas.clientWidth, h = canvas.clientHeight;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
    }
    const pen = canvas.getContext("2d");
    if (!pen) return;
    if (!this.colours.text) this.readColours();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, w, h);
    const seen = this.seen(w, h);
    this.paintLinks(pen, seen);
    this.paintDots(pen, seen);
    if (this.readable) this.paintText(pen, seen);
    this.paintMarks(pen, seen);
  }

  /**
   * The items of which any part, or of their links, may be on the canvas; of those that would be
   * painted over their like, which are most when a large graph is seen whole, only one.
   * @param {number} w @param {number} h
   */
  seen(w, h) {
    const { x, y, sx, sy } = this.view, { items } = this.layout;
    const column = COLUMN * sx, row = ROW * sy, dense = row < 1.5;
    /** @type {Set<number>} */
    const painted = new Set();
    return items.filter(item => {
      const at = x + item.x * column, top = y + item.y * row;
      if (at < -column || at > w + column) return false;
      if (top < -ROW || top > h + ROW) {
        const from = item.parent < 0 ? top : y + items[item.parent].y * row;
        if (Math.min(top, from) > h || Math.max(top, from) < 0) return false;
      }
      if (!dense) return true;
      const like = ["proved", "open", "failed"].indexOf(item.status) * 2 + Number(item.proof);
      const place = (Math.round(top) * 4096 + item.x) * 8 + like;
      return !painted.has(place) && painted.add(place);
    });
  }

  /** @param {CanvasRenderingContext2D} pen @param {Item[]} seen */
  paintLinks(pen, seen) {
    const curved = this.view.sy * ROW > 6;
    for (const [proof, ink, width] of /** @type {[boolean, string, number][]} */ (
      [[false, this.colours.line, 1], [true, this.colours.proved, 2.5]])) {
      pen.strokeStyle = ink;
      pen.lineWidth = width;
      pen.beginPath();
      for (const item of seen) {
        if (item.parent < 0 || item.proof !== proof) continue;
        const from = this.layout.items[item.parent];
        const [x, y] = this.spot(item), [fx, fy] = this.spot(from);
        const start = fx + this.extent(from);
        pen.moveTo(start, fy);
        if (curved) pen.bezierCurveTo(start + (x - start) * .6, fy, x - (x - start) * .6, y, x, y);
        else pen.lineTo(x, y);
      }
      pen.stroke();
    }
  }

  /** Whether texts have room. */
  get readable() { return this.view.sy * ROW >= READABLE && this.view.sx * COLUMN >= 70; }

  /** The text of an item, as long as its column allows. @param {Item} item */
  textOf(item) {
    const search = this.search;
    if (!search) return "";
    const whole = item.kind === "state" ? goal(search.nodes[item.id]) : oneLine(search.edges[item.id].tactic);
    const hidden = item.hidden ? ` +${item.hidden}` : "";
    return cut(whole, Math.floor((COLUMN * this.view.sx - 34) / LETTER) - hidden.length) + hidden;
  }

  /** How far an item reaches to the right of its spot. @param {Item} item */
  extent(item) {
    if (!this.readable) return item.kind === "state" ? 3 : 1;
    return this.textOf(item).length * LETTER + (item.kind === "state" ? 16 : 8);
  }

  /** @param {CanvasRenderingContext2D} pen @param {Item[]} seen */
  paintDots(pen, seen) {
    const size = Math.max(1, Math.min(5, this.view.sy * ROW * .4));
    for (const status of /** @type {Status[]} */ (["failed", "open", "proved"])) {
      pen.fillStyle = this.colours[status];
      pen.beginPath();
      for (const item of seen) {
        if (item.kind !== "state" || item.status !== status) continue;
        const [x, y] = this.spot(item);
        if (size < 2) pen.rect(x - size, y - size, 2 * size, 2 * size);
        else { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); }
      }
      pen.fill();
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {Item[]} seen */
  paintText(pen, seen) {
    const height = Math.min(20, ROW * this.view.sy - 4);
    pen.font = FONT;
    pen.textBaseline = "middle";
    for (const item of seen) {
      const [x, y] = this.spot(item), text = this.textOf(item);
      const ink = item.kind === "state" ? this.colours.text : this.colours.tactic;
      if (item.kind === "tactic") this.paintPill(pen, item, height);
      pen.fillStyle = item.status === "failed" ? this.colours.dim : ink;
      pen.fillText(text, x + (item.kind === "state" ? 12 : 2), y + 1);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {Item} item @param {number} height */
  paintPill(pen, item, height) {
    const [x, y] = this.spot(item);
    pen.beginPath();
    pen.roundRect(x - 5, y - height / 2, this.extent(item) + 5, height, 6);
    pen.fillStyle = this.colours.raised;
    pen.fill();
    pen.lineWidth = item.proof ? 1.5 : 1;
    pen.strokeStyle = item.proof ? this.colours.proved : this.colours.line;
    pen.stroke();
  }

  /** @param {CanvasRenderingContext2D} pen @param {Item[]} seen */
  paintMarks(pen, seen) {
    pen.strokeStyle = this.colours.accent;
    for (const item of seen) {
      if (item.kind !== "state") continue;
      const chosen = item.id === this.chosen;
      if (!chosen && !this.found.has(item.id)) continue;
      pen.lineWidth = chosen ? 2.5 : 1.5;
      pen.beginPath();
      pen.arc(...this.spot(item), chosen ? 9 : 7, 0, 7);
      pen.stroke();
    }
  }

  readColours() {
    const style = getComputedStyle(this.element);
    const probe = document.createElement("i");
    this.element.after(probe);
    for (const name of ["text", "dim", "line", "surface", "raised", "proved", "failed", "open", "accent", "tactic"]) {
      probe.style.color = style.getPropertyValue(`--${name}`) || "gray";
      this.colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
  }

  listen() {
    const canvas = this.element;
    /** @type {{x: number, y: number, moved: boolean} | null} */
    let drag = null;
    canvas.addEventListener("pointerdown", event => {
      drag = { x: event.clientX, y: event.clientY, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", event => {
      if (!drag) return;
      const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      drag = { x: event.clientX, y: event.clientY, moved: true };
      this.pan(dx, dy);
    });
    canvas.addEventListener("pointerup", event => {
      const clicked = drag && !drag.moved;
      drag = null;
      const hit = clicked ? this.hit(event.offsetX, event.offsetY) : -1;
      if (hit >= 0) this.onChoose(hit);
    });
    canvas.addEventListener("dblclick", event => {
      const hit = this.hit(event.offsetX, event.offsetY);
      if (hit >= 0) this.toggleFold(hit);
    });
    canvas.addEventListener("wheel", event => {
      if (!event.ctrlKey && document.activeElement !== canvas) return; // the page scrolls
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("keydown", event => this.press(event));
    new ResizeObserver(() => this.view.fitted ? this.fit() : this.draw()).observe(canvas);
    const forget = () => { this.colours = {}; this.draw(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", forget);
    document.addEventListener("themechange", forget);
  }

  /** The state nearest to a place; -1 if none is near. @param {number} x @param {number} y */
  hit(x, y) {
    let best = -1, least = Math.max(14, ROW * this.view.sy * .6);
    for (const item of this.layout.items) {
      const [ix, iy] = this.spot(item);
      if (Math.abs(iy - y) > least) continue;
      const dx = x < ix ? ix - x : Math.max(0, x - ix - this.extent(item));
      const far = Math.hypot(dx, iy - y);
      if (far < least) {
        least = far;
        best = item.kind === "state" ? item.id : this.layout.items[item.parent].id;
      }
    }
    return best;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { items, at } = this.layout;
    const here = items[at.get(this.chosen) ?? 0];
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    const around = () => {
      const states = items.filter(item => item.kind === "state" && item.x === here.x).sort((a, b) => a.y - b.y);
      return { states, index: states.indexOf(here) };
    };
    /** @type {Record<string, () => Item | undefined | void>} */
    const keys = {
      ArrowLeft: () => here.parent < 0 ? undefined : items[items[here.parent].parent],
      ArrowRight: () => here.below.map(t => items[items[t].below[0] ?? -1]).find(Boolean),
      ArrowUp: () => { const { states, index } = around(); return states[index - 1]; },
      ArrowDown: () => { const { states, index } = around(); return states[index + 1]; },
      " ": () => this.toggleFold(here.id),
      "+": () => this.zoom(1.4), "=": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4),
      "0": () => this.fit(), Home: () => items[0],
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    const found = keys[event.key]();
    if (found) { this.onChoose(found.id); this.reveal(found.id); }
  }
}

/** @param {string} text @param {number} letters */
const cut = (text, letters) => text.length <= letters ? text : text.slice(0, Math.max(1, letters - 1)) + "…";
