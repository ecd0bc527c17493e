/**
 * The recursors of a block of inductive types, computed from its constructors.
 */

import { isProposition } from './infer.mjs';
import { lambdaOver, piOver } from './substitution.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Recursor, Rule } from './environment.mjs' */
/** @import { Block, Field, OpenedCtor, OpenedType } from './inductive.mjs' */
/** @import { Level } from './levels.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Restoration } from './nested.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * What all recursors of a block share.
 * @typedef {{ params: Name[], recursors: Term[], motives: Term[], majors: Term[],
 *   minors: Map<OpenedCtor, Term>, before: Term[], k: boolean }} Shared
 *   `before` are parameters, motives and minor premises.
 */

/**
 * @param {Checker} c
 * @param {Block} block
 * @param {number} known  how many of its types are declared; the others are copies
 * @param {Restoration} back
 * @returns {Recursor[]}
 */
export function recursorsOf(c, block, known, back) {
  const names = block.types.map((type, i) =>
    i < known
      ? c.store.names.append(type.name, 'rec')
      : c.store.names.append(block.types[0].name, `rec_${i - known + 1}`),
  );
  const shared = openShared(c, block, names);
  return block.types.map((type, i) => recursorOf(c, block, shared, type, names[i], i, back));
}

/**
 * May the recursor make data?  Of what may be a proposition only if it has at most one constructor and
 * everything in that is a proof or told by the type.
 * @param {Checker} c
 * @param {Block} block
 */
function makesData(c, { sort, types }) {
  if (c.order.isPositive(sort)) return true;
  if (types.length > 1 || types[0].ctors.length > 1) return false;
  return types[0].ctors.every(({ fields, indices }) =>
    fields.every(({ variable }) => indices.includes(variable) || isProposition(c, variable.type)),
  );
}

/** A universe parameter that the block does not have. @param {Checker} c @param {Name[]} params */
function freshParam(c, params) {
  let name = c.store.names.dotted('u');
  for (let i = 1; params.includes(name); i++) name = c.store.names.dotted(`u_${i}`);
  return name;
}

/** @param {Checker} c @param {Block} block @param {Name[]} names @returns {Shared} */
function openShared(c, block, names) {
  const { levels, terms } = c.store;
  const param = makesData(c, block) ? freshParam(c, block.params) : undefined;
  const into = param ? levels.param(param) : levels.zero;
  const recLevels = levels.list(param ? [into, ...block.levels.items] : block.levels.items);
  const majors = block.types.map(({ constant, indices }) =>
    c.open(terms.apps(constant, [...block.parameters, ...indices])),
  );
  const motives = block.types.map(({ indices }, i) =>
    c.open(piOver(terms, [...indices, majors[i]], terms.sort(into))),
  );
  const minors = new Map();
  for (const [i, type] of block.types.entries()) {
    for (const ctor of type.ctors) minors.set(ctor, c.open(minorType(c, block, motives, ctor, i)));
  }
  const [{ ctors }] = block.types;
  return {
    params: param ? [param, ...block.params] : block.params,
    recursors: names.map((name) => terms.constant(name, recLevels)),
    motives,
    majors,
    minors,
    before: [...block.parameters, ...motives, ...minors.values()],
    k:
      block.types.length === 1 && ctors.length === 1 && ctors[0].fields.length === 0 &&
      c.order.isZero(block.sort),
  };
}

/**
 * What must be shown for a constructor: from its fields, and from what holds for the recursive ones.
 * @param {Checker} c
 * @param {Block} block
 * @param {Term[]} motives
 * @param {OpenedCtor} ctor
 * @param {number} own  number of its type
 */
function minorType(c, block, motives, ctor, own) {
  const { terms } = c;
  const fields = ctor.fields.map((field) => field.variable);
  const hypotheses = [];
  for (const { variable, recursive } of ctor.fields) {
    if (!recursive) continue;
    const { domains, target, indices } = recursive;
    const element = terms.apps(variable, domains);
    const holds = terms.apps(motives[target], [...indices, element]);
    hypotheses.push(c.open(piOver(terms, domains, holds)));
  }
  const constant = terms.constant(ctor.name, block.levels);
  const made = terms.apps(constant, [...block.parameters, ...fields]);
  const result = terms.apps(motives[own], [...ctor.indices, made]);
  return piOver(terms, [...fields, ...hypotheses], result);
}

/**
 * @param {Checker} c
 * @param {Block} block
 * @param {Shared} shared
 * @param {OpenedType} type
 * @param {Name} name
 * @param {number} own
 * @param {Restoration} back
 * @returns {Recursor}
 */
function recursorOf(c, block, shared, type, name, own, back) {
  const { terms } = c;
  const { before, majors, minors, motives } = shared;
  const over = [...type.indices, majors[own]];
  const rules = type.ctors.map((ctor) => ruleOf(c, shared, ctor, back));
  return {
    kind: 'rec',
    name,
    params: shared.params,
    type: back.restore(piOver(terms, [...before, ...over], terms.apps(motives[own], over))),
    numParams: block.parameters.length,
    numIndices: type.indices.length,
    numMotives: motives.length,
    numMinors: minors.size,
    rules: new Map(rules.map((rule) => [rule.ctor, rule])),
    k: shared.k,
  };
}

/** @param {Checker} c @param {Shared} shared @param {OpenedCtor} ctor @param {Restoration} back @returns {Rule} */
function ruleOf(c, shared, ctor, back) {
  const { terms } = c;
  const fields = ctor.fields.map((field) => field.variable);
  const values = ctor.fields.flatMap((field) => hypothesisOf(c, shared, field));
  const minor = /** @type {Term} */ (shared.minors.get(ctor));
  const value = terms.apps(minor, [...fields, ...values]);
  return {
    ctor: back.restoreName(ctor.name),
    numFields: fields.length,
    value: back.restore(lambdaOver(terms, [...shared.before, ...fields], value)),
  };
}

/** The recursive call for a field. @param {Checker} c @param {Shared} shared @param {Field} field @returns {Term[]} */
function hypothesisOf(c, { recursors, before }, { variable, recursive }) {
  if (!recursive) return [];
  const { domains, target, indices } = recursive;
  const call = [...before, ...indices, c.terms.apps(variable, domains)];
  return [lambdaOver(c.terms, domains, c.terms.apps(recursors[target], call))];
}
