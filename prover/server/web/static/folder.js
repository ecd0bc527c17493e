/** What the tabs that read a folder share. */

import { Refused } from "./api.js";
import { make } from "./dom.js";

/** @param {unknown} error */
export function folderProblem(error) {
  if (!(error instanceof Refused)) throw error;
  const message = error.status === 404 && error.message.includes("endpoint")
    ? "This service shows no folder. Start `qstar ui FOLDER` to see runs, proof data and traces." : error.message;
  return make("p", { class: "card problem", role: "alert" }, message);
}
