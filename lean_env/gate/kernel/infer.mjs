/**
 * Types of terms.
 *
 * `checkType` checks a term in full.  `inferType` is for terms that are known to be well-typed (parts
 * and reducts of checked ones) and only computes their type.
 */

import {
  APP, BVAR, CONST, FVAR, LAMBDA, LET, NAT, PI, PROJ, SORT, STRING, argsOf, headOf,
} from './terms.mjs';
import { instantiate, piOver } from './substitution.mjs';
import { Refused } from './errors.mjs';
import { plainConstant, stringAsList } from './literals.mjs';
import { isDefEq } from './defeq.mjs';
import { whnf } from './whnf.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Level } from './levels.mjs' */
/** @import { Term } from './terms.mjs' */

/** @param {Checker} c @param {Term} e @returns {Term} */
export function checkType(c, e) {
  return typeOf(c, e, true);
}

/** @param {Checker} c @param {Term} e @returns {Term} */
export function inferType(c, e) {
  return typeOf(c, e, false);
}

/**
 * @param {Checker} c
 * @param {Term} e
 * @param {boolean} check
 * @returns {Term}
 */
function typeOf(c, e, check) {
  if (e.kind === FVAR) return e.type;
  const known = c.checkedTypes.get(e) ?? (check ? undefined : c.inferredTypes.get(e));
  if (known) return known;
  c.limits.step();
  const type = computeType(c, e, check);
  (check ? c.checkedTypes : c.inferredTypes).set(e, type);
  return type;
}

/** @param {Checker} c @param {Term} e @param {boolean} check @returns {Term} */
function computeType(c, e, check) {
  switch (e.kind) {
    case SORT:
      return c.terms.sort(c.store.levels.succ(e.level));
    case CONST:
      return typeOfConstant(c, e);
    case APP:
      return check ? checkApplication(c, e) : inferApplication(c, e);
    case LAMBDA:
      return typeOfLambda(c, e, check);
    case PI:
      return typeOfPi(c, e, check);
    case LET:
      return typeOfLet(c, e, check);
    case PROJ:
      return typeOfProjection(c, e, check);
    case NAT:
      return literalType(c, c.literal.nat, 'numeral');
    case STRING:
      verifyStrings(c);
      return literalType(c, c.literal.string, 'string literal');
    default:
      throw new Refused(e.kind === BVAR ? 'a loose bound variable' : 'not a term');
  }
}

/** @param {Checker} c @param {Term} e */
function typeOfConstant(c, e) {
  const constant = c.env.get(e.name);
  if (constant.params.length !== e.levels.items.length) {
    throw new Refused(
      `'${e.name}' takes ${constant.params.length} universe levels and gets ${e.levels.items.length}`,
    );
  }
  return c.typeOf(e, constant);
}

/**
 * A literal abbreviates a function of a list of characters.  Where that is well-typed in this file, literals
 * of its type may be used.
 * @param {Checker} c
 */
function verifyStrings(c) {
  const { string } = c.literal;
  if (c.hasLiterals(string)) return;
  const type = checkType(c, stringAsList(c, 'a'));
  if (type === plainConstant(c, string)) c.env.verified.add(string);
}

/** @param {Checker} c @param {import('./names.mjs').Name} name @param {string} what */
function literalType(c, name, what) {
  if (!c.hasLiterals(name)) throw new Refused(`a ${what}, but '${name}' is not the library's type`);
  return plainConstant(c, name);
}

/** @param {Checker} c @param {Term} e */
function checkApplication(c, e) {
  const args = argsOf(e);
  let type = typeOf(c, headOf(e), true);
  let from = 0;
  for (let i = 0; i < args.length; i++) {
    if (type.kind !== PI) {
      type = asPi(c, instantiate(c.terms, type, args, from, i));
      from = i;
    }
    const domain = instantiate(c.terms, type.domain, args, from, i);
    if (!isDefEq(c, domain, typeOf(c, args[i], true))) {
      throw new Refused(`argument ${i + 1} of ${described(headOf(e))} has another type than expected`);
    }
    type = type.body;
  }
  return instantiate(c.terms, type, args, from);
}

/** @param {Checker} c @param {Term} e */
function inferApplication(c, e) {
  const args = argsOf(e);
  let type = typeOf(c, headOf(e), false);
  let from = 0;
  for (let i = 0; i < args.length; i++) {
    if (type.kind !== PI) {
      type = asPi(c, instantiate(c.terms, type, args, from, i));
      from = i;
    }
    type = type.body;
  }
  return instantiate(c.terms, type, args, from);
}

/** @param {Checker} c @param {Term} e @param {boolean} check */
function typeOfLambda(c, e, check) {
  /** @type {Term[]} */
  const opened = [];
  let body = e;
  for (; body.kind === LAMBDA; body = body.body) {
    const domain = instantiate(c.terms, body.domain, opened);
    if (check) sortOf(c, domain, true);
    opened.push(c.open(domain));
  }
  const type = typeOf(c, instantiate(c.terms, body, opened), check);
  c.close(opened.length);
  return piOver(c.terms, opened, type);
}

/** @param {Checker} c @param {Term} e @param {boolean} check */
function typeOfPi(c, e, check) {
  /** @type {Term[]} */
  const opened = [];
  /** @type {Level[]} */
  const sorts = [];
  let body = e;
  for (; body.kind === PI; body = body.body) {
    const domain = instantiate(c.terms, body.domain, opened);
    sorts.push(sortOf(c, domain, check));
    opened.push(c.open(domain));
  }
  let level = sortOf(c, instantiate(c.terms, body, opened), check);
  c.close(opened.length);
  for (const sort of sorts.reverse()) level = c.store.levels.imax(sort, level);
  return c.terms.sort(level);
}

/** @param {Checker} c @param {Term} e @param {boolean} check */
function typeOfLet(c, e, check) {
  if (check) {
    sortOf(c, e.type, true);
    if (!isDefEq(c, typeOf(c, e.value, true), e.type)) {
      throw new Refused('the value of a `let` has another type than stated');
    }
  }
  return typeOf(c, instantiate(c.terms, e.body, [e.value]), check);
}

/**
 * Projections are of structures only, of the structure that they name; and what a projection takes out
 * of a proof is a proof.
 * @param {Checker} c
 * @param {Term} e
 * @param {boolean} check
 */
function typeOfProjection(c, e, check) {
  const structureType = whnf(c, typeOf(c, e.structure, check));
  const head = headOf(structureType);
  const ctor = head.kind === CONST ? c.env.structureCtor(head.name) : undefined;
  if (!ctor || head.name !== e.name) throw new Refused(`a projection of what is no '${e.name}'`);
  if (e.field >= ctor.numFields) throw new Refused(`'${e.name}' has no field ${e.field}`);
  const args = argsOf(structureType);
  if (args.length !== ctor.numParams) throw new Refused(`a projection of what is no '${e.name}'`);
  const fromProof = isProposition(c, structureType);
  let type = c.typeOf(c.terms.constant(ctor.name, head.levels), ctor);
  for (const arg of args) type = instantiate(c.terms, asPi(c, type).body, [arg]);
  for (let i = 0; i < e.field; i++) {
    const field = asPi(c, type);
    if (fromProof && field.body.loose > 0 && !isProposition(c, field.domain)) {
      throw new Refused(`a projection of a proof of '${e.name}' that depends on data in it`);
    }
    type = instantiate(c.terms, field.body, [c.terms.proj(e.name, i, e.structure)]);
  }
  const result = asPi(c, type).domain;
  if (fromProof && !isProposition(c, result)) {
    throw new Refused(`a projection of data out of a proof of '${e.name}'`);
  }
  return result;
}

/** The level of the sort that a type has. Refuses what is no type.
 * @param {Checker} c @param {Term} type @param {boolean} [check] @returns {Level} */
export function sortOf(c, type, check = false) {
  const sort = whnf(c, typeOf(c, type, check));
  if (sort.kind !== SORT) throw new Refused('a type is expected');
  return sort.level;
}

/** Is the type a proposition, whatever its parameters are? @param {Checker} c @param {Term} type */
export function isProposition(c, type) {
  return c.order.isZero(sortOf(c, type));
}

/** A function type, by definition if need be. @param {Checker} c @param {Term} type */
export function asPi(c, type) {
  const reduced = type.kind === PI ? type : whnf(c, type);
  if (reduced.kind !== PI) throw new Refused('a function is expected');
  return reduced;
}

/** @param {Term} head */
function described(head) {
  return head.kind === CONST ? `'${head.name}'` : 'a function';
}

