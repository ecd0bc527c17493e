/** Symbols that are typed as a backslash and a name, as in editors for Lean. */

/** @type {Record<string, string>} */
export const SYMBOLS = Object.fromEntries(`
to → r → -> → l ← <- ← iff ↔ lr ↔ imp → mapsto ↦ not ¬ neg ¬ and ∧ or ∨ forall ∀ all ∀ exists ∃ ex ∃ ne ≠ le ≤ ge ≥
<= ≤ >= ≥ in ∈ notin ∉ sub ⊆ subset ⊆ ssub ⊂ cup ∪ union ∪ cap ∩ inter ∩ empty ∅ emptyset ∅ times × x × o ∘ comp ∘
. · cdot · N ℕ nat ℕ Z ℤ int ℤ Q ℚ R ℝ C ℂ lam λ lambda λ fun λ < ⟨ > ⟩ langle ⟨ rangle ⟩ |- ⊢ vdash ⊢ top ⊤ bot ⊥
inf ⊓ sup ⊔ infty ∞ sum ∑ prod ∏ sqrt √ dvd ∣ | ∣ norm ‖ equiv ≡ == ≡ approx ≈ ~ ∼ simeq ≃ cong ≅ t ▸ -1 ⁻¹ inv ⁻¹
alpha α a α beta β b β gamma γ g γ Gamma Γ delta δ d δ Delta Δ epsilon ε e ε zeta ζ eta η theta θ iota ι kappa κ mu μ
nu ν xi ξ pi π Pi Π rho ρ sigma σ s σ Sigma Σ tau τ phi φ Phi Φ chi χ psi ψ Psi Ψ omega ω Omega Ω
0 ₀ 1 ₁ 2 ₂ 3 ₃ 4 ₄ 5 ₅ 6 ₆ 7 ₇ 8 ₈ 9 ₉ _0 ₀ _1 ₁ _2 ₂ _3 ₃ ^0 ⁰ ^1 ¹ ^2 ² ^3 ³ ^n ⁿ ell ℓ ... … lfloor ⌊ rfloor ⌋
lceil ⌈ rceil ⌉ u ↑ up ↑ down ↓ uparrow ↑ star ⋆ bu • smul • oplus ⊕ otimes ⊗ setminus \\ compl ᶜ
`.trim().split(/\s+/).reduce((pairs, word, i, words) => i % 2 ? pairs : [...pairs, [word, words[i + 1]]],
  /** @type {string[][]} */ ([])));

const ENDS = /[\s(),:;[\]{}]/; // after these, what was typed is a whole name

/**
 * Replace `\name` once the name has ended, and at once by Tab.
 * @param {HTMLTextAreaElement} box
 */
export function takeAbbreviations(box) {
  box.addEventListener("input", event => {
    const typed = /** @type {InputEvent} */ (event).data;
    if (typed && ENDS.test(typed)) replace(box, typed.length);
  });
  box.addEventListener("keydown", event => {
    if (event.key === "Tab" && !event.shiftKey && replace(box, 0)) event.preventDefault();
  });
  box.addEventListener("blur", () => replace(box, 0));
}

/**
 * Replace the name before the caret; false if there is none.
 * @param {HTMLTextAreaElement} box
 * @param {number} after How many characters were typed after the name.
 */
function replace(box, after) {
  const caret = box.selectionEnd - after;
  const match = box.value.slice(0, caret).match(/\\([^\s\\]+)$/);
  const symbol = match && Object.hasOwn(SYMBOLS, match[1]) ? SYMBOLS[match[1]] : null;
  if (!match || symbol === null) return false;
  box.setRangeText(symbol, caret - match[0].length, caret, "preserve");
  if (!after) box.selectionStart = box.selectionEnd = caret - match[0].length + symbol.length;
  return true;
}
