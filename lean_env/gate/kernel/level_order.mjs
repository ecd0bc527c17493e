/**
 * The order of universe levels by what they mean: `a ≤ b` when it holds for all values of the
 * parameters.
 *
 * Without `imax` a level is a maximum of a constant and of terms `p + k`, and such maxima can be
 * compared term by term.  `imax u v` is 0 where v is 0 and `max u v` elsewhere; where that depends on
 * a parameter p, both cases are looked at: p = 0, and p = 1 + p' with p' ≥ 0.
 */

import { IMAX, PARAM, SUCC, ZERO } from './levels.mjs';
import { Undecided } from './errors.mjs';
/** @import { Level } from './levels.mjs' */
/** @import { Name } from './names.mjs' */

/**
 * The maximum of `constant` and of `p + k` for each entry `p → k` of `offsets`.
 * @typedef {{ constant: number, offsets: Map<Name, number> }} Maximum
 */

/** In a case, true says that a parameter is positive and false that it is 0.
 * @typedef {ReadonlyMap<Name, boolean>} Case */

const MOST_CASES = 4096;

export class LevelOrder {
  constructor() {
    /** @type {Map<number, boolean>} */
    this.known = new Map();
  }

  /** a ≤ b for all values of the parameters. @param {Level} a @param {Level} b */
  atMost(a, b) {
    if (a === b || a.kind === ZERO) return true;
    const key = a.id * 2 ** 24 + b.id;
    let answer = this.known.get(key);
    if (answer === undefined) {
      answer = holdsInAllCases((valueOf) => {
        const left = valueOf(a);
        if (left instanceof Split) return left;
        const right = valueOf(b);
        return right instanceof Split ? right : isBelow(left, right);
      });
      this.known.set(key, answer);
    }
    return answer;
  }

  /** @param {Level} a @param {Level} b */
  equal(a, b) {
    return a === b || (this.atMost(a, b) && this.atMost(b, a));
  }

  /** 0 for all values of the parameters. @param {Level} level */
  isZero(level) {
    if (level.kind === ZERO || level.kind === SUCC) return level.kind === ZERO;
    return holdsInAllCases((valueOf) => {
      const value = valueOf(level);
      return value instanceof Split ? value : isAlwaysZero(value);
    });
  }

  /** Not 0 for any values of the parameters. @param {Level} level */
  isPositive(level) {
    if (level.kind === ZERO || level.kind === SUCC) return level.kind === SUCC;
    return holdsInAllCases((valueOf) => {
      const value = valueOf(level);
      return value instanceof Split ? value : value.constant > 0;
    });
  }
}

/** Says that an answer depends on whether a parameter is 0. */
class Split {
  /** @param {Name} param */
  constructor(param) {
    this.param = param;
  }
}

/**
 * Is a claim about values of levels true in all cases?
 * @param {(valueOf: (level: Level) => Maximum | Split) => boolean | Split} claim
 */
function holdsInAllCases(claim) {
  /** @type {Case[]} */
  const todo = [new Map()];
  let count = 0;
  for (let inCase = todo.pop(); inCase; inCase = todo.pop()) {
    if (++count > MOST_CASES) throw new Undecided('too many cases of universe levels');
    const evaluation = new Evaluation(inCase);
    const answer = claim((level) => evaluation.valueOf(level));
    if (answer instanceof Split) {
      todo.push(new Map(inCase).set(answer.param, false), new Map(inCase).set(answer.param, true));
    } else if (!answer) return false;
  }
  return true;
}

/**
 * Values of levels in a case, or the parameter that they depend on.  A parameter p that is positive
 * stands for 1 + p' there.
 */
class Evaluation {
  /** @param {Case} inCase */
  constructor(inCase) {
    this.inCase = inCase;
    /** Shared parts are looked at once. @type {Map<Level, Maximum | Split>} */
    this.done = new Map();
  }

  /** @param {Level} level @returns {Maximum | Split} */
  valueOf(level) {
    if (level.kind === ZERO) return { constant: 0, offsets: new Map() };
    if (level.kind === PARAM) return paramIn(/** @type {Name} */ (level.name), this.inCase);
    let value = this.done.get(level);
    if (!value) this.done.set(level, (value = this.#compute(level)));
    return value;
  }

  /** @param {Level} level @returns {Maximum | Split} */
  #compute({ kind, left, right }) {
    const first = this.valueOf(/** @type {Level} */ (left));
    if (kind === SUCC) return first instanceof Split ? first : successor(first);
    const second = this.valueOf(/** @type {Level} */ (right));
    if (second instanceof Split) return second;
    if (kind === IMAX) {
      if (isAlwaysZero(second)) return second;
      if (second.constant === 0) return new Split([...second.offsets.keys()][0]);
    }
    return first instanceof Split ? first : larger(first, second);
  }
}

/** @param {Name} name @param {Case} inCase @returns {Maximum} */
function paramIn(name, inCase) {
  const positive = inCase.get(name);
  if (positive === false) return { constant: 0, offsets: new Map() };
  const least = positive ? 1 : 0;
  return { constant: least, offsets: new Map([[name, least]]) };
}

/** @param {Maximum} m @returns {Maximum} */
function successor({ constant, offsets }) {
  return { constant: constant + 1, offsets: new Map([...offsets].map(([p, k]) => [p, k + 1])) };
}

/** @param {Maximum} a @param {Maximum} b @returns {Maximum} */
function larger(a, b) {
  const offsets = new Map(a.offsets);
  for (const [p, k] of b.offsets) offsets.set(p, Math.max(k, offsets.get(p) ?? 0));
  return { constant: Math.max(a.constant, b.constant), offsets };
}

/** The constant is at least every offset, so it alone decides. @param {Maximum} m */
function isAlwaysZero({ constant, offsets }) {
  return constant === 0 && offsets.size === 0;
}

/** @param {Maximum} a @param {Maximum} b */
function isBelow(a, b) {
  if (a.constant > b.constant) return false;
  for (const [p, k] of a.offsets) if (k > (b.offsets.get(p) ?? -1)) return false;
  return true;
}
