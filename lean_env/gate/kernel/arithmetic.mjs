/**
 * Types of literals and operations on numerals that a file declares by itself.
 *
 * They are computed with only after they were compared with what they must be: the type with its
 * constructors, an operation with its recursion equations for all arguments.  Others are unfolded like
 * any definition.  An axiom of the right type may be taken for the operation that it is named after.
 */

import { CONST, PI, SORT } from './terms.mjs';
import { SUCC, ZERO } from './levels.mjs';
import { isDefEq } from './defeq.mjs';
import { plainConstant } from './literals.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Definition, Inductive } from './environment.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * Equations of an operation, pairs of terms that must be equal; what they are made of is in `Parts`.
 * @typedef {{ zero: Term, x: Term, y: Term, succ: (n: Term) => Term,
 *   op: (name: string, ...args: Term[]) => Term, truth: Term, falsity: Term }} Parts
 * @type {Record<string, { needs: string[], equations: (p: Parts) => [Term, Term][] }>}
 */
const OPERATIONS = {
  pred: {
    needs: [],
    equations: ({ zero, x, succ, op }) => [
      [op('pred', zero), zero],
      [op('pred', succ(x)), x],
    ],
  },
  add: {
    needs: [],
    equations: ({ zero, x, y, succ, op }) => [
      [op('add', x, zero), x],
      [op('add', x, succ(y)), succ(op('add', x, y))],
    ],
  },
  sub: {
    needs: ['pred'],
    equations: ({ zero, x, y, succ, op }) => [
      [op('sub', x, zero), x],
      [op('sub', x, succ(y)), op('pred', op('sub', x, y))],
    ],
  },
  mul: {
    needs: ['add'],
    equations: ({ zero, x, y, succ, op }) => [
      [op('mul', x, zero), zero],
      [op('mul', x, succ(y)), op('add', op('mul', x, y), x)],
    ],
  },
  pow: {
    needs: ['mul'],
    equations: ({ zero, x, y, succ, op }) => [
      [op('pow', x, zero), succ(zero)],
      [op('pow', x, succ(y)), op('mul', op('pow', x, y), x)],
    ],
  },
  beq: {
    needs: [],
    equations: ({ zero, x, y, succ, op, truth, falsity }) => [
      [op('beq', zero, zero), truth],
      [op('beq', zero, succ(y)), falsity],
      [op('beq', succ(x), zero), falsity],
      [op('beq', succ(x), succ(y)), op('beq', x, y)],
    ],
  },
  ble: {
    needs: [],
    equations: ({ zero, x, y, succ, op, truth, falsity }) => [
      [op('ble', zero, zero), truth],
      [op('ble', zero, succ(y)), truth],
      [op('ble', succ(x), zero), falsity],
      [op('ble', succ(x), succ(y)), op('ble', x, y)],
    ],
  },
};

/** Is the new inductive type the natural numbers? @param {Checker} c @param {Inductive} type */
export function verifyNat(c, type) {
  const { nat, zero, succ } = c.literal;
  if (type.name !== nat || type.params.length > 0 || type.numParams > 0) return;
  const sort = type.type;
  if (sort.kind !== SORT || sort.level.kind !== SUCC || sort.level.left?.kind !== ZERO) return;
  if (type.ctors.length !== 2 || type.ctors[0] !== zero || type.ctors[1] !== succ) return;
  const self = plainConstant(c, nat);
  const step = c.env.ctor(succ)?.type;
  if (c.env.ctor(zero)?.type !== self || step !== c.terms.pi(self, self)) return;
  c.env.verified.add(nat);
  c.env.verified.add(succ);
}

/** Is the new definition an operation on numerals as it should be? @param {Checker} c @param {Definition} definition */
export function verifyOperation(c, definition) {
  const [space, name, ...others] = definition.name.parts();
  if (space !== 'Nat' || typeof name !== 'string' || others.length > 0) return;
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  const { verified } = c.env;
  const nameOf = (/** @type {string} */ op) => c.store.names.dotted(`Nat.${op}`);
  if (!operation || definition.params.length > 0 || !verified.has(c.literal.nat)) return;
  if (!operation.needs.every((need) => verified.has(nameOf(need)))) return;
  const parts = partsFor(c);
  const equal =
    hasOperationType(definition.type, parts, c) &&
    operation.equations(parts).every(([left, right]) => isDefEq(c, left, right));
  c.close(2);
  if (equal) verified.add(definition.name);
}

/**
 * May a new axiom be computed with, as a function of numerals to numerals?  Nothing but axioms says what
 * it is, so it may be taken for what its name says; it is named among the axioms of what rests on it.
 * @param {Checker} c
 * @param {{ name: import('./names.mjs').Name, params: readonly unknown[], type: Term }} axiom
 */
export function verifyUnknownOperation(c, { name, params, type }) {
  if (params.length > 0 || !c.env.verified.has(c.literal.nat)) return;
  const nat = plainConstant(c, c.literal.nat);
  const { terms } = c;
  const unary = terms.pi(nat, nat);
  const known = c.literal.unary.has(name) ? unary : c.literal.binary.has(name) ? terms.pi(nat, unary) : undefined;
  if (type === known) c.env.verified.add(name);
}

/** @param {Checker} c @returns {Parts} */
function partsFor(c) {
  const { terms, literal } = c;
  const nat = plainConstant(c, literal.nat);
  const succ = plainConstant(c, literal.succ);
  return {
    zero: plainConstant(c, literal.zero),
    x: c.open(nat),
    y: c.open(nat),
    succ: (n) => terms.app(succ, n),
    op: (name, ...args) => terms.apps(plainConstant(c, c.store.names.dotted(`Nat.${name}`)), args),
    truth: plainConstant(c, literal.true),
    falsity: plainConstant(c, literal.false),
  };
}

/** Numbers to a number or a truth value. @param {Term} type @param {Parts} parts @param {Checker} c */
function hasOperationType(type, parts, c) {
  let result = type;
  let count = 0;
  for (; result.kind === PI; result = result.body, count++) {
    if (result.domain !== parts.x.type) return false;
  }
  if (count < 1 || count > 2 || result.kind !== CONST) return false;
  if (result === parts.x.type) return true;
  return result.name.toString() === 'Bool' && c.env.ctor(c.literal.true)?.induct === result.name;
}
