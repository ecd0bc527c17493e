/**
 * Definitional equality of terms that are well-typed.
 *
 * Definitions are unfolded as late as possible and the higher one first; two applications of one
 * constant are first compared by their arguments.
 */

import {
  APP, CONST, FVAR, LAMBDA, NAT, PI, PROJ, SORT, STRING, argsOf, headOf,
} from './terms.mjs';
import { instantiate } from './substitution.mjs';
import { numeralOf, stringAsList } from './literals.mjs';
import { inferType, isProposition } from './infer.mjs';
import { definitionOf, reduceArithmetic, unfold, whnf, whnfCore } from './whnf.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Term } from './terms.mjs' */
/** @import { LevelList } from './levels.mjs' */

/** @param {Checker} c @param {Term} t @param {Term} s @returns {boolean} */
export function isDefEq(c, t, s) {
  const quick = compareShapes(c, t, s);
  if (quick !== undefined) return quick;
  const [first, second] = t.id < s.id ? [t, s] : [s, t];
  const known = c.comparisons.get(first)?.get(second);
  if (known !== undefined) return known;
  c.limits.step();
  const answer = compare(c, t, s);
  let row = c.comparisons.get(first);
  if (!row) c.comparisons.set(first, (row = new Map()));
  row.set(second, answer);
  return answer;
}

/**
 * What can be said without reduction.
 * @param {Checker} c
 * @param {Term} t
 * @param {Term} s
 * @returns {boolean | undefined}
 */
function compareShapes(c, t, s) {
  if (t === s) return true;
  if (t.kind !== s.kind) return undefined;
  switch (t.kind) {
    case SORT:
      return c.order.equal(t.level, s.level);
    case NAT:
    case STRING:
      return false;
    case LAMBDA:
    case PI:
      return compareBinders(c, t, s);
    default:
      return undefined;
  }
}

/** Functions, or function types. @param {Checker} c @param {Term} t @param {Term} s */
function compareBinders(c, t, s) {
  const { kind } = t;
  /** @type {Term[]} */
  const opened = [];
  let equal = true;
  while (equal && t.kind === kind && s.kind === kind) {
    const domain = instantiate(c.terms, t.domain, opened);
    equal = t.domain === s.domain || isDefEq(c, domain, instantiate(c.terms, s.domain, opened));
    opened.push(c.open(domain));
    t = t.body;
    s = s.body;
  }
  equal &&= isDefEq(c, instantiate(c.terms, t, opened), instantiate(c.terms, s, opened));
  c.close(opened.length);
  return equal;
}

/** @param {Checker} c @param {Term} t @param {Term} s @returns {boolean} */
function compare(c, t, s) {
  if (isTrue(c, s) && t.free === 0 && isTrue(c, whnf(c, t))) return true;
  if (isTrue(c, t) && s.free === 0 && isTrue(c, whnf(c, s))) return true;
  let t1 = whnfCore(c, t, true);
  let s1 = whnfCore(c, s, true);
  if (t1 !== t || s1 !== s) {
    const quick = compareShapes(c, t1, s1);
    if (quick !== undefined) return quick;
  }
  if (areProofsOfSame(c, t1, s1)) return true;
  const lazy = unfoldLazily(c, t1, s1);
  if (typeof lazy === 'boolean') return lazy;
  [t1, s1] = lazy;
  if (areSameAtoms(c, t1, s1)) return true;
  const t2 = whnfCore(c, t1);
  const s2 = whnfCore(c, s1);
  if (t2 !== t1 || s2 !== s1) return isDefEq(c, t2, s2);
  return areEqualApplications(c, t1, s1) || areEqualByEta(c, t1, s1);
}

/** @param {Checker} c @param {Term} e */
function isTrue(c, e) {
  return e.kind === CONST && e.name === c.literal.true;
}

/** Proof irrelevance: two proofs of one proposition are equal. @param {Checker} c @param {Term} t @param {Term} s */
function areProofsOfSame(c, t, s) {
  const type = inferType(c, t);
  return isProposition(c, type) && isDefEq(c, type, inferType(c, s));
}

/**
 * Unfold until the terms are equal or different at sight, or neither can be unfolded: then these are
 * the result.
 * @param {Checker} c
 * @param {Term} t
 * @param {Term} s
 * @returns {boolean | [Term, Term]}
 */
function unfoldLazily(c, t, s) {
  for (;;) {
    c.limits.step();
    const byNumbers = compareNumbers(c, t, s);
    if (byNumbers !== undefined) return byNumbers;
    const next = unfoldOne(c, t, s);
    if (next === undefined) return [t, s];
    if (next === true) return true;
    [t, s] = next;
    const quick = compareShapes(c, t, s);
    if (quick !== undefined) return quick;
  }
}

/** Numerals, successors, and what computes to a numeral. @param {Checker} c @param {Term} t @param {Term} s */
function compareNumbers(c, t, s) {
  const a = predecessorOf(c, t);
  const b = a && predecessorOf(c, s);
  if (a && b) return isDefEq(c, a, b);
  if (numeralOf(c, t) === 0n && numeralOf(c, s) === 0n) return true;
  const left = t.free === 0 || s.kind === NAT ? reduceArithmetic(c, t) : undefined;
  if (left) return isDefEq(c, left, s);
  const right = s.free === 0 || t.kind === NAT ? reduceArithmetic(c, s) : undefined;
  if (right) return isDefEq(c, t, right);
  return undefined;
}

/** n of a numeral n + 1 and of `Nat.succ n`. @param {Checker} c @param {Term} e @returns {Term | undefined} */
function predecessorOf(c, e) {
  if (e.kind === NAT) return e.natural > 0n ? c.terms.nat(e.natural - 1n) : undefined;
  if (e.kind === APP && e.fn.kind === CONST && e.fn.name === c.literal.succ) return e.arg;
  return undefined;
}

/**
 * One step of unfolding: the new pair, true if the terms are equal, undefined if there is none.
 * @param {Checker} c
 * @param {Term} t
 * @param {Term} s
 * @returns {true | undefined | [Term, Term]}
 */
function unfoldOne(c, t, s) {
  const dt = definitionOf(c, t);
  const ds = definitionOf(c, s);
  if (!dt && !ds) return undefined;
  if (!dt || !ds) {
    const stuck = reduceStuckProjection(c, dt ? s : t);
    if (stuck) return dt ? [t, stuck] : [stuck, s];
    return dt ? [step(c, t), s] : [t, step(c, s)];
  }
  if (dt.height > ds.height) return [step(c, t), s];
  if (dt.height < ds.height) return [t, step(c, s)];
  if (dt === ds && t.kind === APP && s.kind === APP && haveEqualArguments(c, t, s)) return true;
  return [step(c, t), step(c, s)];
}

/** @param {Checker} c @param {Term} e */
function step(c, e) {
  return whnfCore(c, /** @type {Term} */ (unfold(c, e)), true);
}

/** A projection whose structure must be unfolded to reduce it. @param {Checker} c @param {Term} e */
function reduceStuckProjection(c, e) {
  if (headOf(e).kind !== PROJ) return undefined;
  const reduced = whnfCore(c, e);
  return reduced === e ? undefined : reduced;
}

/** Applications of one definition: are levels and arguments equal? @param {Checker} c @param {Term} t @param {Term} s */
function haveEqualArguments(c, t, s) {
  if (c.unequalArguments.get(t)?.has(s)) return false;
  if (areSameLevels(c, headOf(t).levels, headOf(s).levels) && areEqualLists(c, t, s)) return true;
  let row = c.unequalArguments.get(t);
  if (!row) c.unequalArguments.set(t, (row = new Set()));
  row.add(s);
  return false;
}

/** @param {Checker} c @param {LevelList} a @param {LevelList} b */
function areSameLevels(c, a, b) {
  if (a === b) return true;
  return a.items.length === b.items.length && a.items.every((l, i) => c.order.equal(l, b.items[i]));
}

/** The arguments of two applications. @param {Checker} c @param {Term} t @param {Term} s */
function areEqualLists(c, t, s) {
  const a = argsOf(t);
  const b = argsOf(s);
  return a.length === b.length && a.every((arg, i) => isDefEq(c, arg, b[i]));
}

/** Constants, variables and projections. @param {Checker} c @param {Term} t @param {Term} s */
function areSameAtoms(c, t, s) {
  if (t.kind !== s.kind) return false;
  if (t.kind === CONST) return t.name === s.name && areSameLevels(c, t.levels, s.levels);
  if (t.kind === FVAR) return t === s;
  if (t.kind !== PROJ || t.name !== s.name || t.field !== s.field) return false;
  return isDefEq(c, t.structure, s.structure);
}

/** @param {Checker} c @param {Term} t @param {Term} s */
function areEqualApplications(c, t, s) {
  if (t.kind !== APP || s.kind !== APP) return false;
  return isDefEq(c, headOf(t), headOf(s)) && areEqualLists(c, t, s);
}

/** @param {Checker} c @param {Term} t @param {Term} s */
function areEqualByEta(c, t, s) {
  return (
    isEtaExpansion(c, t, s) ||
    isEtaExpansion(c, s, t) ||
    isStructureOfProjections(c, t, s) ||
    isStructureOfProjections(c, s, t) ||
    isStringOfCharacters(c, t, s) ||
    isStringOfCharacters(c, s, t) ||
    areUnits(c, t, s)
  );
}

/** `fun x => f x` is `f`. @param {Checker} c @param {Term} lambda @param {Term} f */
function isEtaExpansion(c, lambda, f) {
  if (lambda.kind !== LAMBDA || f.kind === LAMBDA) return false;
  const type = whnf(c, inferType(c, f));
  if (type.kind !== PI) return false;
  const { terms } = c;
  return isDefEq(c, lambda, terms.lambda(type.domain, terms.app(f, terms.bvar(0))));
}

/** A structure is the constructor of its projections. @param {Checker} c @param {Term} x @param {Term} made */
function isStructureOfProjections(c, x, made) {
  const head = headOf(made);
  if (head.kind !== CONST) return false;
  const induct = c.env.ctor(head.name)?.induct;
  const ctor = induct && c.env.etaCtor(induct);
  if (!induct || !ctor) return false;
  const args = argsOf(made);
  if (args.length !== ctor.numParams + ctor.numFields) return false;
  const type = inferType(c, made);
  if (isProposition(c, type) || !isDefEq(c, inferType(c, x), type)) return false;
  return args
    .slice(ctor.numParams)
    .every((field, i) => isDefEq(c, c.terms.proj(induct, i, x), field));
}

/** A string literal against a list of characters. @param {Checker} c @param {Term} literal @param {Term} s */
function isStringOfCharacters(c, literal, s) {
  if (literal.kind !== STRING) return false;
  const head = headOf(s);
  const made = stringAsList(c, literal.text);
  if (head.kind !== CONST) return false;
  const opposite = head.name === headOf(made).name;
  return (opposite || c.env.ctor(head.name)?.induct === c.literal.string)
    ? isDefEq(c, opposite ? made : whnf(c, made), s)
    : false;
}

/** Two terms of a structure without fields are equal. @param {Checker} c @param {Term} t @param {Term} s */
function areUnits(c, t, s) {
  const type = whnf(c, inferType(c, t));
  const head = headOf(type);
  const ctor = head.kind === CONST ? c.env.etaCtor(head.name) : undefined;
  return ctor?.numFields === 0 && isDefEq(c, type, inferType(c, s));
}
