/** The tab *Prove*: a form, the jobs, and the job that is shown with its growing graph. */

import { Refused, get, post } from "./api.js";
import { takeAbbreviations } from "./abbreviations.js";
import { fill, make, oneLine } from "./dom.js";
import { JobPanel } from "./job.js";

const EXAMPLES = [
  ["Sum of products", "theorem swap (a b c : Nat) : a * (b + c) = c * a + b * a"],
  ["Both and either", "theorem both (p q r : Prop) (h : p ∧ (q ∨ r)) : (p ∧ q) ∨ (p ∧ r)"],
  ["Reversed lists", "theorem rev (xs ys : List Nat) : (xs ++ ys).reverse = ys.reverse ++ xs.reverse"],
  ["Below a power", "theorem below (n : Nat) : n < 2 ^ n"],
  ["Hard: f(f(n)) < f(n+1)", "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"],
];

export class ProvePage {
  title = "Prove";

  /** @param {any} options What `/v1/options` answered. */
  constructor(options) {
    this.options = options;
    this.statement = make("textarea", { id: "statement", rows: 5, spellcheck: false, required: true, placeholder: "theorem name (n : Nat) : n + 0 = n", "aria-describedby": "hint problem" });
    this.header = make("textarea", { id: "header", rows: 3, spellcheck: false, placeholder: "import Std" });
    this.seconds = make("input", { id: "seconds", type: "number", min: "1", step: "1", value: String(Math.min(60, options.seconds ?? 60)) });
    this.calls = make("input", { id: "calls", type: "number", min: "1", step: "1", placeholder: "no limit" });
    this.search = select("search", options.searches, options.search);
    this.policy = select("policy", { [options.policy]: "the service's own", ...options.policies }, options.policy);
    this.problem = make("p", { id: "problem", class: "problem", role: "alert" });
    this.jobs = make("ul", { class: "jobs" });
    this.panel = new JobPanel(() => this.list());
    takeAbbreviations(this.statement);
    takeAbbreviations(this.header);
    this.element = make("div", { class: "prove" }, make("aside", { class: "left", "aria-label": "Statement and jobs" }, this.form(),
      make("section", { class: "card", "aria-label": "Jobs" }, make("h2", {}, "Jobs"), this.jobs)), this.panel.element);
  }

  form() {
    const examples = make("select", { id: "examples", "aria-label": "Examples" }, make("option", { value: "" }, "Examples…"),
      ...EXAMPLES.map(([name, text]) => make("option", { value: text }, name)));
    examples.addEventListener("change", () => { if (examples.value) this.statement.value = examples.value; examples.value = ""; });
    const file = make("input", { type: "file", accept: ".lean,.txt", id: "file", class: "visually-hidden" });
    file.addEventListener("change", async () => { if (file.files?.[0]) this.readFile(await file.files[0].text()); file.value = ""; });
    const form = make("form", { class: "card" }, make("h1", {}, "Prove a theorem"),
      make("div", { class: "row" }, make("label", { htmlFor: "statement" }, "Statement"), make("span", { class: "grow" }), examples,
        file, make("label", { htmlFor: "file", class: "button quiet" }, "Open a file")),
      this.statement, make("p", { id: "hint", class: "dim" }, "Symbols: \\to and a space, or Tab, becomes →; so do \\forall, \\N, \\le, \\<."),
      make("details", {}, make("summary", {}, "Imports and definitions before it"), make("label", { htmlFor: "header", class: "visually-hidden" }, "Imports and definitions"), this.header),
      make("div", { class: "fields" }, field("Seconds", this.seconds), field("Tactics for Lean", this.calls), field("Search", this.search), field("Policy", this.policy)),
      this.problem, make("button", { type: "submit", class: "primary" }, "Prove"));
    form.addEventListener("submit", event => { event.preventDefault(); this.submit(); });
    form.addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit(); });
    return form;
  }

  /** Split a file before its last theorem. @param {string} text */
  readFile(text) {
    const starts = [...text.matchAll(/^(?:@\[[^\]]*\]\s*)?(?:theorem|lemma|example)\b/gm)].map(match => match.index);
    const at = starts[starts.length - 1] ?? 0;
    this.header.value = text.slice(0, at).trim();
    this.statement.value = text.slice(at).trim().replace(/\s*:=\s*(?:by\s+)?sorry\s*$/, "");
    const details = this.header.closest("details");
    if (details) details.open = this.header.value !== "";
  }

  async submit() {
    this.problem.textContent = "";
    const wanted = {
      statement: this.statement.value.trim(), header: this.header.value.trim(), seconds: Number(this.seconds.value) || undefined,
      lean_calls: Number(this.calls.value) || undefined, search: this.search.value,
      policy: this.policy.value === this.options.policy ? undefined : this.policy.value,
    };
    try {
      const job = await post("/v1/jobs", wanted);
      location.hash = `#prove/${job.id}`;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problem.textContent = error.message;
    }
  }

  /** @param {string} id A job's id, or nothing. */
  open(id) {
    this.panel.watch(id);
    this.list();
  }

  async list() {
    const jobs = await get("/v1/jobs?most=20").catch(() => []);
    if (!jobs.length) return fill(this.jobs, make("li", { class: "dim" }, "None yet: prove a theorem, or take an example."));
    fill(this.jobs, ...jobs.map((/** @type {any} */ job) => make("li", {}, make("a", {
      href: `#prove/${job.id}`, "aria-current": location.hash === `#prove/${job.id}` ? "true" : undefined,
    }, make("span", { class: `tag ${tone(job)}` }, job.result?.status ?? job.phase), make("span", { class: "code cut" }, oneLine(job.statement))))));
  }
}

/** The colour of a job. @param {any} job */
export function tone(job) {
  const status = job.result?.status;
  return status === "proved" ? "proved" : ["failed", "error", "disproved"].includes(status) ? "failed" : "open";
}

/** @param {string} text @param {HTMLInputElement | HTMLSelectElement} input */
const field = (text, input) => make("div", { class: "field" }, make("label", { htmlFor: input.id }, text), input);

/** @param {string} id @param {Record<string, string>} names @param {string} chosen */
const select = (id, names, chosen) => make("select", { id }, ...Object.entries(names).map(([name, help]) =>
  make("option", { value: name, selected: name === chosen, title: help }, name)));
