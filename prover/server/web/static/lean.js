/** Lean source with its words in colour. */

import { make } from "./dom.js";

const KEYWORDS = new Set((
  "theorem lemma example def instance structure class inductive abbrev axiom import open namespace end section "
  + "variable universe by fun let have show from at with where match if then else do in using calc forall exists "
  + "intro exact simp omega rfl induction cases constructor rw apply refine obtain rcases decide exfalso sorry"
).split(" "));

const TOKEN = /(--[^\n]*|\/-[^]*?-\/)|("(?:\\.|[^"\\])*")|([A-Za-z_α-ωΑ-Ω][\w.'!?₀-₉α-ω]*)|(\d+)|([^])/gu;

/**
 * A block of Lean source.
 * @param {string} text
 */
export function leanBlock(text) {
  const code = make("code");
  let plain = "";
  const flush = () => { if (plain) code.append(plain); plain = ""; };
  for (const [whole, comment, string, word, number] of text.matchAll(TOKEN)) {
    const kind = comment ? "comment" : string ? "string" : number ? "number"
      : word && KEYWORDS.has(word) ? (word === "sorry" ? "wrong" : "keyword") : "";
    if (!kind) { plain += whole; continue; }
    flush();
    code.append(make("span", { class: `lean-${kind}` }, whole));
  }
  flush();
  return make("pre", { class: "lean", tabIndex: 0, role: "region", "aria-label": "Lean source" }, code);
}
