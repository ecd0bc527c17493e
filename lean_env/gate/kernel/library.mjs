/**
 * The trusted library: constants that are taken as given.  They come in batches, as they are needed.
 */

import { Checker, Limits } from './checker.mjs';
import { Environment } from './environment.mjs';
import { Reader, rowsOf } from './export_format.mjs';
import { Refused } from './errors.mjs';
import { Store } from './store.mjs';
import { addDeclaration } from './declarations.mjs';
import { checkScope, constantsOf } from './scan.mjs';
/** @import { Exported } from './export_format.mjs' */
/** @import { Constant } from './environment.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

export class Library {
  /** @param {{ complete?: boolean }} [options] `complete`: there is no more than what is loaded */
  constructor({ complete = false } = {}) {
    this.store = new Store();
    this.env = new Environment();
    this.env.complete = complete;
    /** What each constant mentions, as far as it can matter. @type {Map<Name, Name[]>} */
    this.mentions = new Map();
  }

  /**
   * Add constants, and names of which it is known that the library does not have them.  What is there
   * already stays.
   * @param {string} text  an export
   * @param {readonly (string | number)[][]} absent
   */
  load(text, absent = []) {
    const reader = new Reader(this.store, { library: true });
    for (const [row, line] of rowsOf(text)) {
      const exported = reader.read(row, line);
      if (exported && lacksRecursors(exported)) this.#compute(exported);
      else if (exported) for (const constant of constantsIn(exported)) this.#add(constant, line);
      if (exported) for (const name of unsafeIn(exported)) this.env.unsafe.add(name);
    }
    for (const parts of absent) this.env.absent.add(this.nameOf(parts));
  }

  /** Add inductive types of which the export leaves out the recursors. @param {Exported} exported */
  #compute(exported) {
    const before = new Set(this.env.constants.keys());
    addDeclaration(new Checker(this.store, this.env, new Limits()), exported);
    for (const [name, constant] of this.env.constants) {
      if (!before.has(name)) this.mentions.set(name, [...constantsOf(partsOf(constant))]);
    }
  }

  /** @param {readonly (string | number)[]} parts */
  nameOf(parts) {
    const { names } = this.store;
    return parts.reduce(
      (/** @type {Name} */ name, part) => names.append(name, typeof part === 'number' ? BigInt(part) : part),
      names.anonymous,
    );
  }

  /** @param {Constant} constant @param {number} line */
  #add(constant, line) {
    if (this.env.find(constant.name)) return;
    const parts = partsOf(constant);
    try {
      checkScope(constant.params, parts);
    } catch (error) {
      throw error instanceof Refused ? new Refused(error.message, line) : error;
    }
    this.env.add(constant);
    this.mentions.set(constant.name, [...constantsOf(parts)]);
  }

  /**
   * What is mentioned by these constants, and by those that they mention, and is not there.
   * @param {Iterable<Name>} roots
   * @returns {Set<Name>}
   */
  missingFrom(roots) {
    const missing = new Set();
    const seen = new Set();
    const todo = [...roots];
    for (let name = todo.pop(); name; name = todo.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const mentioned = this.mentions.get(name);
      if (mentioned) todo.push(...mentioned);
      else if (!this.env.find(name) && !this.env.unsafe.has(name) && !this.env.isAbsent(name)) missing.add(name);
    }
    return missing;
  }
}

/** @param {Constant} constant @returns {Term[]} */
export function partsOf(constant) {
  switch (constant.kind) {
    case 'def':
      return [constant.type, constant.value];
    case 'rec':
      return [constant.type, ...[...constant.rules.values()].map((rule) => rule.value)];
    default:
      return [constant.type];
  }
}

/** @param {Exported} exported */
function lacksRecursors(exported) {
  if (exported.kind !== 'inductive' || exported.recs.length > 0) return false;
  return exported.types.every((type) => !type.unsafe);
}

/** The constants of a library row that may be used. @param {Exported} exported @returns {Constant[]} */
function constantsIn(exported) {
  if (exported.kind === 'inductive') return inBlock(exported);
  const { name, params, type } = exported;
  if (exported.kind === 'quot') return [{ kind: 'quot', name, params, type, role: exported.role }];
  if (exported.unsafe) return [];
  if (exported.kind === 'axiom') return [{ kind: 'axiom', name, params, type }];
  if (exported.kind !== 'def') return [{ kind: exported.kind, name, params, type, value: null }];
  return [{ kind: 'def', name, params, type, value: exported.value, height: exported.height }];
}

/** @param {Exported & { kind: 'inductive' }} block @returns {Constant[]} */
function inBlock({ types, ctors, recs }) {
  /** @type {Constant[]} */
  const constants = [];
  for (const t of types) if (!t.unsafe) constants.push({ ...t, kind: 'inductive' });
  for (const k of ctors) if (!k.unsafe) constants.push({ ...k, kind: 'ctor' });
  for (const r of recs) {
    const rules = new Map(r.rules.map((rule) => [rule.ctor, rule]));
    if (!r.unsafe) constants.push({ ...r, kind: 'rec', rules });
  }
  return constants;
}

/** @param {Exported} exported @returns {Name[]} */
function unsafeIn(exported) {
  if (exported.kind === 'quot') return [];
  if (exported.kind !== 'inductive') return exported.unsafe ? [exported.name] : [];
  const { types, ctors, recs } = exported;
  return [...types, ...ctors, ...recs].filter((part) => part.unsafe).map((part) => part.name);
}
