/**
 * Reduction to weak head normal form: beta, `let`, projections of constructors, recursors and
 * quotients applied to constructors, arithmetic on numerals, and unfolding of definitions.
 */

import { APP, CONST, LAMBDA, LET, NAT, PROJ, STRING, argsOf, headOf } from './terms.mjs';
import { instantiate, instantiateLevels } from './substitution.mjs';
import { Undecided } from './errors.mjs';
import { numeralAsConstructor, numeralOf, plainConstant, stringAsList } from './literals.mjs';
import { inferType, isProposition } from './infer.mjs';
import { isDefEq } from './defeq.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Definition, Recursor, Rule } from './environment.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * Weak head normal form without unfolding definitions.  With `cheap`, the term under a projection is
 * not unfolded either.
 * @param {Checker} c
 * @param {Term} e
 * @param {boolean} [cheap]
 * @returns {Term}
 */
export function whnfCore(c, e, cheap = false) {
  if (e.kind !== APP && e.kind !== LET && e.kind !== PROJ) return e;
  const known = c.whnfCoreResults.get(e);
  if (known) return known;
  let result = e;
  for (;;) {
    c.limits.step();
    const next = reduceOnce(c, result, cheap);
    if (next === undefined) break;
    result = next;
  }
  if (!cheap) c.whnfCoreResults.set(e, result);
  return result;
}

/** @param {Checker} c @param {Term} e @param {boolean} cheap @returns {Term | undefined} */
function reduceOnce(c, e, cheap) {
  switch (e.kind) {
    case LET:
      return instantiate(c.terms, e.body, [e.value]);
    case PROJ:
      return reduceProjection(c, e, cheap);
    case APP: {
      const head = headOf(e);
      if (head.kind === LAMBDA) return applyLambda(c, head, argsOf(e));
      if (head.kind === CONST) return reduceConstant(c, head, e);
      if (head.kind !== LET && head.kind !== PROJ) return undefined;
      const reduced = whnfCore(c, head, cheap);
      return reduced === head ? undefined : c.terms.apps(reduced, argsOf(e));
    }
    default:
      return undefined;
  }
}

/** @param {Checker} c @param {Term} lambda @param {readonly Term[]} args */
export function applyLambda(c, lambda, args) {
  let count = 0;
  let body = lambda;
  while (count < args.length && body.kind === LAMBDA) {
    body = body.body;
    count++;
  }
  return c.terms.apps(instantiate(c.terms, body, args, 0, count), args, count);
}

/** @param {Checker} c @param {Term} e @param {boolean} cheap @returns {Term | undefined} */
function reduceProjection(c, e, cheap) {
  let structure = cheap ? whnfCore(c, e.structure, true) : whnf(c, e.structure);
  if (structure.kind === STRING) structure = whnf(c, stringAsList(c, structure.text));
  const head = headOf(structure);
  const ctor = head.kind === CONST ? c.env.ctor(head.name) : undefined;
  if (!ctor || ctor.induct !== e.name) return undefined;
  return argsOf(structure)[ctor.numParams + e.field];
}

/** A recursor or an operation of quotients, applied. @param {Checker} c @param {Term} head @param {Term} e */
function reduceConstant(c, head, e) {
  const constant = c.env.get(head.name);
  if (constant.kind === 'rec') return reduceRecursor(c, constant, head, argsOf(e));
  if (constant.kind !== 'quot') return undefined;
  const args = argsOf(e);
  if (constant.role === 'lift') return reduceQuotient(c, args, 5, 3);
  return constant.role === 'ind' ? reduceQuotient(c, args, 4, 3) : undefined;
}

/**
 * `Quot.lift f h (Quot.mk r a)` is `f a`; the quotient is argument `at`, f argument `fn`.
 * @param {Checker} c
 * @param {Term[]} args
 * @param {number} at
 * @param {number} fn
 */
function reduceQuotient(c, args, at, fn) {
  if (args.length <= at) return undefined;
  const made = whnf(c, args[at]);
  const head = headOf(made);
  if (head.kind !== CONST) return undefined;
  const constant = c.env.get(head.name);
  const parts = argsOf(made);
  if (constant.kind !== 'quot' || constant.role !== 'ctor' || parts.length !== 3) return undefined;
  return c.terms.apps(c.terms.app(args[fn], parts[2]), args, at + 1);
}

/**
 * @param {Checker} c
 * @param {Recursor} rec
 * @param {Term} head
 * @param {Term[]} args
 * @returns {Term | undefined}
 */
function reduceRecursor(c, rec, head, args) {
  const before = rec.numParams + rec.numMotives + rec.numMinors;
  const at = before + rec.numIndices;
  if (args.length <= at) return undefined;
  const major = asConstructor(c, rec, args[at]);
  const ctor = headOf(major);
  const rule = ctor.kind === CONST ? rec.rules.get(ctor.name) : undefined;
  if (!rule) return undefined;
  const fields = argsOf(major);
  if (fields.length < rule.numFields) return undefined;
  let result = ruleValue(c, head, rec, rule);
  result = c.terms.apps(result, args, 0, before);
  result = c.terms.apps(result, fields, fields.length - rule.numFields);
  return c.terms.apps(result, args, at + 1);
}

/** @param {Checker} c @param {Term} head @param {Recursor} rec @param {Rule} rule */
function ruleValue(c, head, rec, rule) {
  let values = c.ruleValues.get(head);
  if (!values) c.ruleValues.set(head, (values = new Map()));
  let value = values.get(rule.ctor);
  if (!value) {
    value = instantiateLevels(c.store, rule.value, rec.params, head.levels.items);
    values.set(rule.ctor, value);
  }
  return value;
}

/** The term that a recursor looks at, as a constructor's application if it can be one.
 * @param {Checker} c @param {Recursor} rec @param {Term} term */
function asConstructor(c, rec, term) {
  if (rec.k) {
    const made = onlyProof(c, rec, term);
    if (made) return made;
  }
  const major = whnf(c, term);
  if (major.kind === NAT) return numeralAsConstructor(c, major.natural);
  if (major.kind === STRING) return whnf(c, stringAsList(c, major.text));
  return expandStructure(c, rec, major);
}

/**
 * Rule K: a proof of a proposition with one constructor without fields is that constructor, where the
 * types agree.
 * @param {Checker} c
 * @param {Recursor} rec
 * @param {Term} term
 */
function onlyProof(c, rec, term) {
  const type = whnf(c, inferType(c, term));
  const head = headOf(type);
  const ctorName = [...rec.rules.keys()][0];
  const ctor = c.env.ctor(ctorName);
  if (!ctor || head.kind !== CONST || head.name !== ctor.induct) return undefined;
  const made = c.terms.apps(
    c.terms.constant(ctorName, head.levels),
    argsOf(type),
    0,
    ctor.numParams,
  );
  return isDefEq(c, type, inferType(c, made)) ? made : undefined;
}

/** Structure eta: `x` is the constructor of its projections. @param {Checker} c @param {Recursor} rec @param {Term} major */
function expandStructure(c, rec, major) {
  if (rec.rules.size !== 1) return major;
  const ctorName = [...rec.rules.keys()][0];
  const induct = c.env.ctor(ctorName)?.induct;
  const ctor = induct && c.env.etaCtor(induct);
  if (!induct || !ctor) return major;
  const head = headOf(major);
  if (head.kind === CONST && head.name === ctorName) return major;
  const type = whnf(c, inferType(c, major));
  const typeHead = headOf(type);
  if (typeHead.kind !== CONST || typeHead.name !== induct || isProposition(c, type)) return major;
  let made = c.terms.apps(
    c.terms.constant(ctorName, typeHead.levels),
    argsOf(type),
    0,
    ctor.numParams,
  );
  for (let i = 0; i < ctor.numFields; i++) made = c.terms.app(made, c.terms.proj(induct, i, major));
  return made;
}

/**
 * Weak head normal form.
 * @param {Checker} c
 * @param {Term} e
 * @returns {Term}
 */
export function whnf(c, e) {
  if (e.kind !== APP && e.kind !== LET && e.kind !== PROJ && e.kind !== CONST) return e;
  const known = c.whnfResults.get(e);
  if (known) return known;
  let result = e;
  for (;;) {
    c.limits.step();
    result = whnfCore(c, result);
    const number = reduceArithmetic(c, result);
    if (number) {
      result = number;
      break;
    }
    const unfolded = unfold(c, result);
    if (!unfolded) break;
    result = unfolded;
  }
  c.whnfResults.set(e, result);
  return result;
}

/**
 * The definition at the head of a term, if it can be unfolded.  Theorems and opaque constants cannot.
 * @param {Checker} c
 * @param {Term} e
 * @returns {Definition | undefined}
 */
export function definitionOf(c, e) {
  const head = headOf(e);
  if (head.kind !== CONST) return undefined;
  const constant = c.env.get(head.name);
  return constant.kind === 'def' ? constant : undefined;
}

/** Put its value for the definition at the head. @param {Checker} c @param {Term} e */
export function unfold(c, e) {
  const definition = definitionOf(c, e);
  if (!definition) return undefined;
  const head = headOf(e);
  const value = c.valueOf(head, definition);
  if (e === head) return value;
  const args = argsOf(e);
  return value.kind === LAMBDA ? applyLambda(c, value, args) : c.terms.apps(value, args);
}

/**
 * `Nat.succ` or an operation on numerals, computed.
 * @param {Checker} c
 * @param {Term} e
 * @returns {Term | undefined}
 */
export function reduceArithmetic(c, e) {
  if (e.kind !== APP) return undefined;
  const { fn, arg } = e;
  if (fn.kind === CONST) {
    const unary = fn.name === c.literal.succ ? successor : c.literal.unary.get(fn.name);
    if (!unary || !c.computes(fn.name)) return undefined;
    const n = numeralOf(c, whnf(c, arg));
    return n === undefined ? undefined : c.terms.nat(unary(n));
  }
  if (fn.kind !== APP || fn.fn.kind !== CONST) return undefined;
  const binary = c.literal.binary.get(fn.fn.name);
  if (!binary || !c.computes(fn.fn.name)) return undefined;
  const a = numeralOf(c, whnf(c, fn.arg));
  if (a === undefined) return undefined;
  const b = numeralOf(c, whnf(c, arg));
  if (b === undefined) return undefined;
  const result = binary(a, b);
  if (result === undefined) throw new Undecided('a numeral that is too large to compute');
  if (typeof result === 'bigint') return c.terms.nat(result);
  return plainConstant(c, result ? c.literal.true : c.literal.false);
}

/** @param {bigint} n */
const successor = (n) => n + 1n;
