/**
 * Inductive types: mutual, nested, indexed, reflexive.
 *
 * A nested type is checked as a mutual one: each occurrence of another inductive type around the
 * types that are declared becomes a further type of the block (`nested.mjs`).  Recursors are computed
 * (`recursors.mjs`); what an export says of them is only compared.
 */

import { CONST, PI, SORT, argsOf, childrenOf, headOf } from './terms.mjs';
import { Environment } from './environment.mjs';
import { Checker } from './checker.mjs';
import { Refused } from './errors.mjs';
import { instantiate } from './substitution.mjs';
import { checkType, sortOf } from './infer.mjs';
import { expandNested } from './nested.mjs';
import { isDefEq } from './defeq.mjs';
import { recursorsOf } from './recursors.mjs';
import { whnf } from './whnf.mjs';
/** @import { Recursor } from './environment.mjs' */
/** @import { Level, LevelList } from './levels.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * A block of types as declared.
 * @typedef {{ name: Name, type: Term, ctors: { name: Name, type: Term }[] }} DeclaredType
 * @typedef {{ params: Name[], numParams: number, types: DeclaredType[] }} Declared
 */

/**
 * A field of a constructor.  A recursive one is a function of `domains` to the type number `target` of
 * the block at `indices`.
 * @typedef {{ variable: Term, recursive?: { domains: Term[], target: number, indices: Term[] } }} Field
 * @typedef {{ name: Name, fields: Field[], indices: Term[] }} OpenedCtor
 * @typedef {{ name: Name, constant: Term, indices: Term[], ctors: OpenedCtor[] }} OpenedType
 */

/**
 * A block with its parameters opened: free variables stand for parameters and indices.
 * @typedef {{ params: Name[], levels: LevelList, parameters: Term[], sort: Level,
 *   types: OpenedType[] }} Block
 */

/**
 * Check a block of inductive types and add it, with constructors and recursors, to the environment.
 * @param {Checker} c
 * @param {Declared} declared
 * @returns {Recursor[]}
 */
export function addInductive(c, declared) {
  checkNames(declared);
  for (const { type } of declared.types) {
    sortOf(c, type, true);
    if (type.loose > 0) throw new Refused('a loose bound variable');
  }
  addTypes(c, declared);
  for (const { ctors } of declared.types) for (const { type } of ctors) sortOf(c, type, true);
  addConstructors(c, declared);
  const expanded = expandNested(c, declared);
  const inner = new Checker(c.store, new Environment(c.env), c.limits, c.order);
  const block = checkBlock(inner, expanded.block, declared.types.length);
  const recursors = recursorsOf(inner, block, declared.types.length, expanded.back);
  for (const recursor of recursors) c.env.add(recursor);
  for (const { type, rules } of recursors) {
    sortOf(c, type, true);
    for (const rule of rules.values()) checkType(c, rule.value);
  }
  return recursors;
}

/** @param {Declared} declared */
function checkNames(declared) {
  if (declared.types.length === 0) throw new Refused('a block of no inductive types');
  const names = declared.types.flatMap((t) => [t.name, ...t.ctors.map((ctor) => ctor.name)]);
  if (new Set(names).size < names.length) throw new Refused('a name is declared twice in a block');
  if (new Set(declared.params).size < declared.params.length) {
    throw new Refused('a universe parameter is declared twice');
  }
}

/** How many arguments a type takes before the sort or the result. @param {Term} type */
function arity(type) {
  let count = 0;
  for (; type.kind === PI; type = type.body) count++;
  return count;
}

/** @param {Checker} c @param {Declared} declared */
function addTypes(c, { params, numParams, types }) {
  const all = types.map((t) => t.name);
  const block = new Set(all);
  const isRec = types.some((t) => t.ctors.some((ctor) => mentions(ctor.type, numParams, block)));
  for (const { name, type, ctors } of types) {
    const numIndices = arity(type) - numParams;
    if (numIndices < 0) throw new Refused(`'${name}' has fewer parameters than declared`);
    const ctorNames = ctors.map((ctor) => ctor.name);
    c.env.add({
      kind: 'inductive', name, params, type, numParams, numIndices, ctors: ctorNames, all, isRec,
    });
  }
}

/** Does a field of a constructor mention a type of the block? @param {Term} type @param {number} numParams @param {Set<Name>} block */
function mentions(type, numParams, block) {
  for (let i = 0; type.kind === PI; type = type.body, i++) {
    if (i >= numParams && occursIn(type.domain, block)) return true;
  }
  return false;
}

/** @param {Checker} c @param {Declared} declared */
function addConstructors(c, { params, numParams, types }) {
  for (const { name: induct, ctors } of types) {
    ctors.forEach(({ name, type }, index) => {
      const numFields = arity(type) - numParams;
      if (numFields < 0) throw new Refused(`'${name}' has fewer parameters than its type`);
      c.env.add({ kind: 'ctor', name, params, type, induct, index, numParams, numFields });
    });
  }
}

/** Does a constant of the set occur? @param {Term} term @param {Set<Name>} names */
export function occursIn(term, names) {
  const seen = new Set();
  const todo = [term];
  for (let t = todo.pop(); t; t = todo.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    if (t.kind === CONST && names.has(t.name)) return true;
    todo.push(...childrenOf(t));
  }
  return false;
}

/**
 * Check a block without nesting: sorts, parameters, universes of fields, positivity, results.
 * @param {Checker} c
 * @param {Declared} declared
 * @param {number} known  how many of its types are in the environment already
 * @returns {Block}
 */
function checkBlock(c, declared, known) {
  const { params, numParams, types } = declared;
  const added = { params, numParams, types: types.slice(known) };
  for (const { type } of added.types) sortOf(c, type, true);
  addTypes(c, added);
  const { levels: store, terms } = c.store;
  const levels = store.list(params.map((name) => store.param(name)));
  const parameters = openParameters(c, types[0].type, numParams);
  const opened = types.map(({ name, type }) => openType(c, terms.constant(name, levels), type, parameters));
  const sort = opened[0].sort;
  if (!opened.every((type) => c.order.equal(type.sort, sort))) {
    throw new Refused('the types of a mutual block must be of one sort');
  }
  /** @type {Block} */
  const block = { params, levels, parameters, sort, types: opened.map((o) => o.type) };
  types.forEach(({ ctors }, i) => {
    block.types[i].ctors = ctors.map(({ name, type }) => {
      if (i >= known) sortOf(c, type, true);
      return openConstructor(c, block, i, name, type);
    });
  });
  addConstructors(c, added);
  return block;
}

/** @param {Checker} c @param {Term} type @param {number} count */
export function openParameters(c, type, count) {
  /** @type {Term[]} */
  const opened = [];
  for (; opened.length < count; type = type.body) {
    if (type.kind !== PI) throw new Refused('an inductive type has fewer parameters than declared');
    opened.push(c.open(instantiate(c.terms, type.domain, opened)));
  }
  return opened;
}

/**
 * What follows the parameters, which must be of the same types as in the first type of the block.
 * @param {Checker} c
 * @param {Term} type
 * @param {Term[]} parameters
 */
export function afterParameters(c, type, parameters) {
  parameters.forEach((parameter, i) => {
    if (type.kind !== PI) throw new Refused('fewer parameters than declared');
    const domain = instantiate(c.terms, type.domain, parameters, 0, i);
    if (!isDefEq(c, domain, parameter.type)) throw new Refused('parameters of different types');
    type = type.body;
  });
  return instantiate(c.terms, type, parameters);
}

/** @param {Checker} c @param {Term} constant @param {Term} type @param {Term[]} parameters */
function openType(c, constant, type, parameters) {
  let rest = afterParameters(c, type, parameters);
  /** @type {Term[]} */
  const indices = [];
  for (; rest.kind === PI; rest = instantiate(c.terms, rest.body, [indices[indices.length - 1]])) {
    indices.push(c.open(rest.domain));
  }
  const result = whnf(c, rest);
  if (result.kind !== SORT) throw new Refused(`'${constant.name}' must be of a sort`);
  /** @type {OpenedType} */
  const opened = { name: constant.name, constant, indices, ctors: [] };
  return { type: opened, sort: result.level };
}

/**
 * @param {Checker} c
 * @param {Block} block
 * @param {number} own  number of the constructor's type
 * @param {Name} name
 * @param {Term} type
 * @returns {OpenedCtor}
 */
function openConstructor(c, block, own, name, type) {
  let rest = afterParameters(c, type, block.parameters);
  /** @type {Field[]} */
  const fields = [];
  while (rest.kind === PI) {
    const { domain } = rest;
    checkUniverse(c, block, name, fields.length, domain);
    const variable = c.open(domain);
    const recursive = recursiveOccurrence(c, block, name, domain);
    fields.push(recursive ? { variable, recursive } : { variable });
    rest = instantiate(c.terms, rest.body, [variable]);
  }
  const result = validApplication(c, block, rest);
  if (!result || result.target !== own) {
    throw new Refused(`'${name}' must make an element of '${block.types[own].name}'`);
  }
  return { name, fields, indices: result.indices };
}

/** @param {Checker} c @param {Block} block @param {Name} ctor @param {number} i @param {Term} domain */
function checkUniverse(c, block, ctor, i, domain) {
  if (c.order.isZero(block.sort) || c.order.atMost(sortOf(c, domain), block.sort)) return;
  throw new Refused(`field ${i + 1} of '${ctor}' lives in a universe above that of its type`);
}

/**
 * How a type of the block occurs in a field, undefined if it does not.  Refuses an occurrence that is
 * not strictly positive.
 * @param {Checker} c
 * @param {Block} block
 * @param {Name} ctor
 * @param {Term} domain
 */
function recursiveOccurrence(c, block, ctor, domain) {
  const names = new Set(block.types.map((t) => t.name));
  /** @type {Term[]} */
  const domains = [];
  let type = whnf(c, domain);
  if (!occursIn(type, names)) return undefined;
  while (type.kind === PI) {
    if (occursIn(type.domain, names)) {
      throw new Refused(`'${ctor}' has a field in which its type occurs left of an arrow`);
    }
    const variable = c.open(type.domain);
    domains.push(variable);
    type = whnf(c, instantiate(c.terms, type.body, [variable]));
  }
  if (!occursIn(type, names)) return undefined;
  const found = validApplication(c, block, type);
  if (!found) throw new Refused(`'${ctor}' has a field in which its type does not occur as it may`);
  return { domains, ...found };
}

/**
 * Is the term a type of the block, at its own levels and parameters, and at indices without the block?
 * @param {Checker} c
 * @param {Block} block
 * @param {Term} term
 */
function validApplication(c, block, term) {
  const head = headOf(term);
  const target = block.types.findIndex((type) => type.constant === head);
  if (target < 0) return undefined;
  const args = argsOf(term);
  const { parameters, types } = block;
  if (args.length !== parameters.length + types[target].indices.length) return undefined;
  if (!parameters.every((p, i) => p === args[i] || isDefEq(c, p, args[i]))) return undefined;
  const indices = args.slice(parameters.length);
  const names = new Set(types.map((t) => t.name));
  return indices.some((index) => occursIn(index, names)) ? undefined : { target, indices };
}
