/**
 * Checking one declaration and adding it to the environment.
 */

import { Refused } from './errors.mjs';
import { addInductive } from './inductive.mjs';
import { addQuotient } from './quotient.mjs';
import { checkScope } from './scan.mjs';
import { checkType, sortOf } from './infer.mjs';
import { instantiateLevels } from './substitution.mjs';
import { isDefEq } from './defeq.mjs';
import { verifyNat, verifyOperation, verifyUnknownOperation } from './arithmetic.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Recursor } from './environment.mjs' */
/** @import { Exported, ExportedRec, Head } from './export_format.mjs' */
/** @import { Term } from './terms.mjs' */

/** @param {Checker} c @param {Exported} exported */
export function addDeclaration(c, exported) {
  switch (exported.kind) {
    case 'axiom':
      refuseUnsafe(exported);
      checkHead(c, exported);
      c.env.add(plain(exported));
      if (c.axiomsCompute) verifyUnknownOperation(c, exported);
      return;
    case 'def':
      refuseUnsafe(exported);
      checkHead(c, exported);
      checkValue(c, exported, exported.value);
      c.env.add({ ...plain(exported), kind: 'def', value: exported.value, height: exported.height });
      return verifyOperation(c, { ...exported, kind: 'def' });
    case 'thm':
    case 'opaque':
      refuseUnsafe(exported);
      if (exported.value === null) throw new Refused('a declaration without a value');
      checkHead(c, exported);
      checkValue(c, exported, exported.value);
      return c.env.add({ ...plain(exported), kind: exported.kind, value: exported.value });
    case 'quot':
      checkHead(c, exported);
      return addQuotient(c, exported);
    case 'inductive':
      return addBlock(c, exported);
  }
}

/** @param {{ unsafe: boolean, name: import('./names.mjs').Name }} declaration */
function refuseUnsafe({ unsafe, name }) {
  if (unsafe) throw new Refused(`'${name}' is unsafe or partial`);
}

/** @param {Head} head @returns {import('./environment.mjs').Axiom} */
function plain({ name, params, type }) {
  return { kind: 'axiom', name, params, type };
}

/** @param {Checker} c @param {Head & { kind: string }} declaration */
function checkHead(c, { kind, name, params, type }) {
  if (c.env.find(name)) throw new Refused(`'${name}' is declared already`);
  checkScope(params, [type]);
  const level = sortOf(c, type, true);
  if (kind === 'thm' && !c.order.isZero(level)) throw new Refused('a theorem must state a proposition');
}

/** @param {Checker} c @param {Head} head @param {Term} value */
function checkValue(c, { params, type }, value) {
  checkScope(params, [value]);
  if (!isDefEq(c, checkType(c, value), type)) throw new Refused('its value is not of its type');
}

/** @param {Checker} c @param {Exported & { kind: 'inductive' }} exported */
function addBlock(c, { types, ctors, recs }) {
  if (types.length === 0) throw new Refused('a block of no inductive types');
  for (const part of [...types, ...ctors, ...recs]) refuseUnsafe(part);
  const [{ params, numParams }] = types;
  for (const { params: own, type } of [...types, ...ctors]) {
    if (own.length !== params.length || own.some((p, i) => p !== params[i])) {
      throw new Refused('a block with different universe parameters');
    }
    checkScope(params, [type]);
  }
  const declared = types.map(({ name, type, ctors: names, all, numParams: count }) => {
    if (count !== numParams) throw new Refused('a block with different numbers of parameters');
    if (all.length !== types.length || all.some((n, i) => n !== types[i].name)) {
      throw new Refused(`'${name}' names other types of its block`);
    }
    return { name, type, ctors: names.map((n) => constructorOf(ctors, n, name)) };
  });
  if (ctors.length !== declared.reduce((sum, t) => sum + t.ctors.length, 0)) {
    throw new Refused('a constructor of no type');
  }
  const recursors = addInductive(c, { params, numParams, types: declared });
  compareNumbers(c, { types, ctors });
  if (recs.length > 0) compareRecursors(c, recursors, recs);
  for (const { name } of types) {
    const type = c.env.inductive(name);
    if (type) verifyNat(c, type);
  }
}

/** @param {import('./export_format.mjs').ExportedCtor[]} ctors @param {import('./names.mjs').Name} name @param {import('./names.mjs').Name} induct */
function constructorOf(ctors, name, induct) {
  const found = ctors.find((ctor) => ctor.name === name && ctor.induct === induct);
  if (!found) throw new Refused(`no constructor '${name}' of '${induct}'`);
  return found;
}

/**
 * What the export says of types and constructors beyond their types.
 * @param {Checker} c
 * @param {Pick<Exported & { kind: 'inductive' }, 'types' | 'ctors'>} exported
 */
function compareNumbers(c, { types, ctors }) {
  for (const { name, numIndices } of types) {
    if (c.env.inductive(name)?.numIndices !== numIndices) throw new Refused(`'${name}' has other indices`);
  }
  for (const { name, index, numParams, numFields } of ctors) {
    const own = c.env.ctor(name);
    if (own?.index !== index || own.numParams !== numParams || own.numFields !== numFields) {
      throw new Refused(`'${name}' has other numbers than the export says`);
    }
  }
}

/** @param {Checker} c @param {Recursor[]} computed @param {ExportedRec[]} exported */
function compareRecursors(c, computed, exported) {
  const byName = new Map(computed.map((rec) => [rec.name, rec]));
  for (const rec of exported) {
    const own = byName.get(rec.name);
    byName.delete(rec.name);
    if (!own || !isSameRecursor(c, own, rec)) {
      throw new Refused(`'${rec.name}' is not the recursor of its type`);
    }
  }
  if (byName.size > 0) throw new Refused(`the recursor '${[...byName.keys()][0]}' is missing`);
}

/** @param {Checker} c @param {Recursor} own @param {ExportedRec} rec */
function isSameRecursor(c, own, rec) {
  checkScope(rec.params, [rec.type, ...rec.rules.map((rule) => rule.value)]);
  if (rec.params.length !== own.params.length || rec.rules.length !== own.rules.size) return false;
  const levels = rec.params.map((p) => c.store.levels.param(p));
  /** @param {Term} mine @param {Term} theirs */
  const same = (mine, theirs) => {
    const renamed = instantiateLevels(c.store, mine, own.params, levels);
    if (renamed === theirs) return true;
    checkType(c, theirs);
    return isDefEq(c, renamed, theirs);
  };
  return (
    rec.k === own.k &&
    rec.numParams === own.numParams &&
    rec.numIndices === own.numIndices &&
    rec.numMotives === own.numMotives &&
    rec.numMinors === own.numMinors &&
    new Set(rec.rules.map((rule) => rule.ctor)).size === rec.rules.length &&
    same(own.type, rec.type) &&
    rec.rules.every(({ ctor, numFields, value }) => {
      const rule = own.rules.get(ctor);
      return rule !== undefined && rule.numFields === numFields && same(rule.value, value);
    })
  );
}
