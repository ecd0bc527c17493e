/** A small curve of a quantity over time. */

import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {[number, number][]} points
 * @param {{x: string, y: string, width?: number, height?: number}} options What the axes show.
 */
export function curve(points, { x, y, width = 260, height = 64 }) {
  const svg = document.createElementNS(SVG, "svg");
  const last = points[points.length - 1] ?? [0, 0];
  const most = Math.max(...points.map(p => p[1]), 1), end = Math.max(last[0], 1e-9);
  const line = points.map(p => `${(p[0] / end * width).toFixed(1)},${(height - p[1] / most * (height - 4) - 2).toFixed(1)}`);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${y} over ${x}: ${last[1]} after ${last[0].toFixed(1)}`);
  const path = document.createElementNS(SVG, "polyline");
  path.setAttribute("points", line.join(" "));
  svg.append(path);
  return make("figure", { class: "curve" }, svg, make("figcaption", {}, `${y} over ${x}`));
}
