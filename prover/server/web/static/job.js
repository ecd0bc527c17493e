/** A job: how far it is, its graph, its proof, and what can be done with it. */

import { Refused, get, post, remove, stream } from "./api.js";
import { copyButton, count, figure, fill, make } from "./dom.js";
import { curve } from "./curve.js";
import { leanBlock } from "./lean.js";
import { tone } from "./prove.js";
import { Search } from "./search.js";
import { Viewer } from "./viewer.js";

const AGAIN = 1000; // milliseconds until a lost connection is tried again

export class JobPanel {
  /** @param {() => void} onPhase Called when a job starts or ends. */
  constructor(onPhase) {
    this.onPhase = onPhase;
    this.viewer = new Viewer();
    this.head = make("div", { class: "card head", "aria-live": "polite" });
    this.proof = make("div", {});
    this.curves = make("div", { class: "curves" });
    this.notice = make("p", { class: "problem", role: "status" });
    this.element = make("div", { class: "job" });
    this.stop = new AbortController();
    this.id = "";
    this.phase = "";
    this.search = new Search();
    /** @type {[number, number][]} */
    this.calls = [];
    /** @type {[number, number][]} */
    this.states = [];
  }

  /** Follow a job until another one is followed. @param {string} id */
  watch(id) {
    if (id && id === this.id && !this.stop.signal.aborted) return;
    this.stop.abort();
    this.stop = new AbortController();
    this.id = id;
    this.phase = "";
    this.calls = [];
    this.states = [];
    if (!id) return fill(this.element, welcome());
    fill(this.element, this.notice, this.head, this.proof, this.viewer.element, this.curves);
    fill(this.proof);
    fill(this.head, make("p", { class: "dim" }, "Loading…"));
    this.viewer.element.hidden = true;
    this.follow(id, this.stop.signal);
  }

  /** @param {string} id @param {AbortSignal} signal */
  async follow(id, signal) {
    while (!signal.aborted) {
      let over = false;
      this.search = new Search();
      try {
        await stream(`/v1/jobs/${id}/search/events`, signal, event => {
          this.notice.textContent = "";
          if (event.graph) this.grow(event.graph, event.job.progress);
          this.tell(event.job);
          over = ["ended", "cancelled"].includes(event.job.phase);
        });
        if (over) return await this.finish(id, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && error.status && error.status < 500) {
          this.notice.textContent = error.message;
          return;
        }
      }
      this.notice.textContent = "The connection is lost; trying again…";
      await new Promise(resolve => setTimeout(resolve, AGAIN));
    }
  }

  /** @param {any} news @param {any} progress */
  grow(news, progress) {
    this.search.grow(news);
    if (progress) {
      this.calls.push([progress.seconds, progress.lean_calls]);
      this.states.push([progress.seconds, progress.states]);
    }
    this.viewer.element.hidden = false;
    this.viewer.show(this.search);
    this.drawCurves();
  }

  drawCurves() {
    if (this.calls.length > 1)
      fill(this.curves, curve(this.calls, { x: "seconds", y: "tactics run" }), curve(this.states, { x: "seconds", y: "states" }));
    else fill(this.curves);
  }

  /** Show the whole search once it is over. @param {string} id @param {AbortSignal} signal */
  async finish(id, signal) {
    try {
      const view = await get(`/v1/jobs/${id}/search`);
      if (signal.aborted) return;
      this.viewer.element.hidden = false;
      this.viewer.show(Search.of(view));
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // an old job has no graph any more
    }
    this.drawCurves();
  }

  /** @param {any} job */
  tell(job) {
    if (job.phase !== this.phase) this.onPhase();
    this.phase = job.phase;
    const status = job.result?.status ?? job.phase, progress = job.progress;
    const used = job.result?.stats ?? progress;
    fill(this.head,
      make("div", { class: "row" }, make("span", { class: `tag big ${tone(job)}`, id: "status" }, status),
        make("span", { class: "dim", id: "why" }, why(job)), make("span", { class: "grow" }),
        used ? make("span", { class: "dim" }, `${count(used.lean_calls, "tactic")} run · ${figure(used.seconds, 1)} s${progress ? ` · ${count(progress.states, "state")}` : ""}`) : null,
        this.actions(job)),
      leanBlock(`${job.header ? `${job.header}\n\n` : ""}${job.statement}`));
    this.tellProof(job);
  }

  /** @param {any} job */
  actions(job) {
    if (["queued", "running"].includes(job.phase))
      return make("button", { type: "button", class: "quiet", id: "stop", onclick: () => this.act(() => remove(`/v1/jobs/${job.id}`)) }, "Stop");
    if (!job.resumable) return null;
    const more = make("input", { type: "number", id: "more", min: "1", value: "60", "aria-label": "More seconds" });
    return make("span", { class: "row" }, more, make("button", { type: "button", class: "primary", id: "resume", onclick: async () => {
      const calls = job.result?.stop === "lean_calls" ? { lean_calls: 10 * (job.result.stats.lean_calls || 100) } : {};
      if (await this.act(() => post(`/v1/jobs/${job.id}/resume`, { seconds: Number(more.value) || 60, ...calls }))) {
        this.stop.abort();
        this.watch(job.id);
      }
    } }, "Go on, seconds"));
  }

  /** @param {() => Promise<any>} action */
  async act(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice.textContent = error.message;
      return false;
    }
  }

  /** @param {any} job */
  tellProof(job) {
    const { proof, verdict, unverified } = job.result ?? {};
    if (!job.result) return fill(this.proof);
    if (!proof) return fill(this.proof, verdict?.reason ? make("p", { class: "card problem", role: "alert" }, verdict.reason) : null,
      unverified ? make("div", { class: "card" }, make("h2", {}, "Found, not verified"), leanBlock(unverified)) : null);
    const axioms = verdict.axioms.length ? verdict.axioms.join(", ") : "none";
    fill(this.proof, make("section", { class: "card proof-card", "aria-label": "Proof" },
      make("div", { class: "row" }, make("h2", {}, job.result.status === "disproved" ? "Proof of the negation" : "Proof"), make("span", { class: "grow" }), copyButton(() => proof)),
      leanBlock(proof),
      make("p", { class: "dim" }, `Accepted by ${verdict.checkers.join(" and ") || "the kernel"}. Axioms: ${axioms}.`)));
  }
}

/** Why a job stands as it does. @param {any} job */
function why(job) {
  if (job.phase === "queued") return "waits for the jobs before it";
  if (job.phase === "running") return job.progress ? "is being searched" : "Lean is being started";
  const stop = job.result?.stop;
  /** @type {Record<string, string>} */
  const reasons = {
    seconds: "the time is used up", lean_calls: "all tactics allowed are used up", exhausted: "nothing is left to try",
    cancelled: "stopped", memory: "the memory is used up", unverified: "the gate did not accept it",
  };
  return reasons[stop] ?? "";
}

const welcome = () => make("div", { class: "card welcome" }, make("h2", {}, "Watch a proof grow"),
  make("p", {}, "Write a statement, or take an example. Every state that Lean answers with becomes a disc, every tactic that applied a label. Green is proved, red is a dead end, amber is still open."),
  make("p", { class: "dim" }, "Nothing counts as proved before both kernels have accepted the proof."));
