/**
 * Numerals and string literals: what they abbreviate, and arithmetic on numerals.
 *
 * Arithmetic on big integers stands for unfolding the library's definitions.  It is used only where
 * those are what they should be: constants of the trusted library, or definitions that were compared
 * with their recursion equations (`arithmetic.mjs`).
 */

import { CONST, NAT } from './terms.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Store } from './store.mjs' */
/** @import { Term } from './terms.mjs' */
/** @import { Name } from './names.mjs' */

/** Numerals with more bits are not computed. */
const MOST_BITS = 1 << 24;

/** @param {bigint} n */
const bits = (n) => (n < 2n ** 64n ? 64 : n.toString(16).length * 4);

/** @param {bigint} a @param {bigint} b */
function gcd(a, b) {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** @param {bigint} n */
const log2 = (n) => (n === 0n ? 0n : BigInt(n.toString(2).length - 1));

/**
 * Operations on two numerals; undefined where the result would be too large.
 * @type {Record<string, (a: bigint, b: bigint) => bigint | boolean | undefined>}
 */
export const BINARY = {
  add: (a, b) => a + b,
  sub: (a, b) => (a > b ? a - b : 0n),
  mul: (a, b) => (bits(a) + bits(b) > MOST_BITS ? undefined : a * b),
  div: (a, b) => (b === 0n ? 0n : a / b),
  mod: (a, b) => (b === 0n ? a : a % b),
  gcd,
  beq: (a, b) => a === b,
  ble: (a, b) => a <= b,
  land: (a, b) => a & b,
  lor: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shiftLeft: (a, b) => (b > MOST_BITS || bits(a) + Number(b) > MOST_BITS ? undefined : a << b),
  shiftRight: (a, b) => (b > MOST_BITS ? (bits(a) > MOST_BITS ? undefined : 0n) : a >> b),
  pow: (a, b) => (a > 1n && (b > MOST_BITS || bits(a) * Number(b) > MOST_BITS) ? undefined : a ** b),
};

/** @type {Record<string, (a: bigint) => bigint>} */
export const UNARY = { log2, pred: (a) => (a === 0n ? 0n : a - 1n) };

/** Names with a meaning for literals. */
export class LiteralNames {
  /** @param {Store} store */
  constructor({ names }) {
    this.nat = names.dotted('Nat');
    this.zero = names.dotted('Nat.zero');
    this.succ = names.dotted('Nat.succ');
    this.string = names.dotted('String');
    this.stringOfList = names.dotted('String.ofList');
    this.stringMk = names.dotted('String.mk');
    this.char = names.dotted('Char');
    this.charOfNat = names.dotted('Char.ofNat');
    this.nil = names.dotted('List.nil');
    this.cons = names.dotted('List.cons');
    this.list = names.dotted('List');
    this.true = names.dotted('Bool.true');
    this.false = names.dotted('Bool.false');
    /** @type {Map<Name, (a: bigint, b: bigint) => bigint | boolean | undefined>} */
    this.binary = new Map(Object.entries(BINARY).map(([op, f]) => [names.dotted(`Nat.${op}`), f]));
    /** @type {Map<Name, (a: bigint) => bigint>} */
    this.unary = new Map(Object.entries(UNARY).map(([op, f]) => [names.dotted(`Nat.${op}`), f]));
  }
}

/** A constant without levels. @param {Checker} c @param {Name} name */
export function plainConstant(c, name) {
  return c.terms.constant(name, c.store.levels.list([]));
}

/** The number that a term in weak head normal form is, if it is one. @param {Checker} c @param {Term} e */
export function numeralOf(c, e) {
  if (e.kind === NAT) return e.natural;
  return e.kind === CONST && e.name === c.literal.zero ? 0n : undefined;
}

/** `Nat.zero` or `Nat.succ n` for a numeral. @param {Checker} c @param {bigint} n */
export function numeralAsConstructor(c, n) {
  if (n === 0n) return plainConstant(c, c.literal.zero);
  return c.terms.app(plainConstant(c, c.literal.succ), c.terms.nat(n - 1n));
}

/**
 * The string as the library's function of the list of its characters.
 * @param {Checker} c
 * @param {string} text
 */
export function stringAsList(c, text) {
  const { terms, literal, store } = c;
  const levels = store.levels.list([store.levels.zero]);
  const char = plainConstant(c, literal.char);
  const cons = terms.app(terms.constant(literal.cons, levels), char);
  const ofNat = plainConstant(c, literal.charOfNat);
  let list = terms.app(terms.constant(literal.nil, levels), char);
  for (const point of [...text].reverse()) {
    const value = terms.nat(BigInt(/** @type {number} */ (point.codePointAt(0))));
    list = terms.apps(cons, [terms.app(ofNat, value), list]);
  }
  // Older libraries have a constructor `String.mk` of a list, newer ones a function `String.ofList`.
  const make = c.env.ctor(literal.stringMk) ? literal.stringMk : literal.stringOfList;
  return terms.app(plainConstant(c, make), list);
}
