/** The page: its tabs, theme and token. */

import { Refused, get, keepToken } from "./api.js";
import { byId, fill, make } from "./dom.js";
import { DataPage } from "./data.js";
import { ProvePage } from "./prove.js";
import { RunsPage } from "./runs.js";
import { TracesPage } from "./traces.js";

/** @typedef {{title: string, element: HTMLElement, open: (rest: string) => void}} Page */

/** Show the page that the address names. @param {Record<string, Page>} pages */
function route(pages) {
  const [, name, rest] = location.hash.match(/^#(\w+)\/?(.*)$/) ?? [];
  const chosen = name in pages ? name : "prove";
  if (name === "main") return;
  fill(byId("tabs"), ...Object.entries(pages).map(([id, page]) =>
    make("a", { href: `#${id}`, "aria-current": id === chosen ? "page" : undefined }, page.title)));
  fill(byId("main"), pages[chosen].element);
  document.title = `${pages[chosen].title} · qstar`;
  pages[chosen].open(decodeURIComponent(rest ?? ""));
}

function addTheme() {
  const button = byId("theme"), themes = ["system", "light", "dark"];
  const apply = (/** @type {string} */ theme) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    document.dispatchEvent(new Event("themechange"));
  };
  button.addEventListener("click", () => {
    const now = themes.indexOf(document.documentElement.dataset.theme ?? "system");
    const next = themes[(now + 1) % themes.length];
    localStorage.setItem("qstar-theme", next);
    apply(next);
  });
  apply(localStorage.getItem("qstar-theme") ?? "system");
}

/** @param {string} problem */
function askForToken(problem) {
  const input = make("input", { type: "password", id: "token", autocomplete: "off" });
  const form = make("form", { class: "card narrow" }, make("h1", {}, "This service asks for a token"),
    make("p", { class: "dim" }, problem), make("label", { htmlFor: "token" }, "Token"), input,
    make("button", { type: "submit", class: "primary" }, "Continue"));
  form.addEventListener("submit", event => { event.preventDefault(); keepToken(input.value); start(); });
  fill(byId("main"), form);
  input.focus();
}

async function start() {
  let options;
  try {
    options = await get("/v1/options");
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused(0, String(error));
    if (refused.status === 401) return askForToken(refused.message);
    return fill(byId("main"), make("p", { class: "card problem", role: "alert" }, refused.message));
  }
  byId("about").textContent = `${options.version} · Lean ${options.lean.version ?? ""} ${options.lean.kind ?? ""}`;
  /** @type {Record<string, Page>} */
  const pages = { prove: new ProvePage(options), runs: new RunsPage(), data: new DataPage(), traces: new TracesPage() };
  onhashchange = () => route(pages);
  route(pages);
}

addTheme();
start();
