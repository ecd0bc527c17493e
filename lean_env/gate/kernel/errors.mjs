/**
 * Why a check ends without acceptance.  Each is thrown, and becomes an answer in one place
 * (`checks.mjs`).
 */

/** The declaration breaks a rule of the type theory or of the format. */
export class Refused extends Error {
  /**
   * @param {string} reason
   * @param {number} [line] of the export, from 1
   */
  constructor(reason, line) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
  }
}

/** A limit was reached: nothing is known about the declaration. */
export class Undecided extends Error {}

/** A library constant is needed that has not been supplied. */
export class Missing extends Error {
  /** @param {import('./names.mjs').Name} name */
  constructor(name) {
    super(`unknown constant '${name}'`);
    this.constant = name;
  }
}
