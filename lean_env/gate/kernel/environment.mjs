/**
 * Constants by name.  An environment over another one adds to it; no name is declared twice.
 *
 * The library is trusted by name: its constants come from a process that the caller trusts and are not
 * checked.  What the library does not have is known too (`absent`), so that no declaration can take
 * the name of a library constant that has not been supplied yet.
 */

import { Missing, Refused } from './errors.mjs';
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * How eagerly a definition is unfolded: `abbrev` first, then the greater height, `opaque` last.
 * @typedef {{ kind: 'axiom', name: Name, params: Name[], type: Term }} Axiom
 * @typedef {{ kind: 'def', name: Name, params: Name[], type: Term, value: Term, height: number }} Definition
 * @typedef {{ kind: 'thm' | 'opaque', name: Name, params: Name[], type: Term, value: Term | null }} Sealed
 *   A theorem or an opaque constant; the library may keep the value to itself.
 * @typedef {{ kind: 'quot', name: Name, params: Name[], type: Term, role: 'type' | 'ctor' | 'lift' | 'ind' }} Quotient
 * @typedef {{ kind: 'inductive', name: Name, params: Name[], type: Term, numParams: number,
 *   numIndices: number, ctors: Name[], all: Name[], isRec: boolean }} Inductive
 * @typedef {{ kind: 'ctor', name: Name, params: Name[], type: Term, induct: Name, index: number,
 *   numParams: number, numFields: number }} Constructor
 * @typedef {{ ctor: Name, numFields: number, value: Term }} Rule
 *   Of a recursor applied to a constructor: a function of parameters, motives, minor premises, fields.
 * @typedef {{ kind: 'rec', name: Name, params: Name[], type: Term, numParams: number,
 *   numIndices: number, numMotives: number, numMinors: number, rules: Map<Name, Rule>, k: boolean }} Recursor
 * @typedef {Axiom | Definition | Sealed | Quotient | Inductive | Constructor | Recursor} Constant
 */

/** Heights of definitions with the hints `abbrev` and `opaque`. */
export const ABBREV = Infinity;
export const OPAQUE = -1;

export class Environment {
  /** @param {Environment} [parent] */
  constructor(parent) {
    this.parent = parent;
    /** @type {Map<Name, Constant>} */
    this.constants = new Map();
    /** Names of the library's unsafe constants, which nothing may mention. @type {Set<Name>} */
    this.unsafe = parent ? parent.unsafe : new Set();
    /** Names that the library does not have. @type {Set<Name>} */
    this.absent = new Set();
    /** Is every name that is not declared here known not to exist? */
    this.complete = parent ? parent.complete : false;
    /** Types of literals and operations on them that were found to be what they should be.
     * @type {Set<Name>} */
    this.verified = new Set(parent?.verified);
  }

  /** Is it known that the library has no such constant? @param {Name} name @returns {boolean} */
  isAbsent(name) {
    return this.complete || this.absent.has(name) || (this.parent?.isAbsent(name) ?? false);
  }

  /** @param {Name} name @returns {Constant | undefined} */
  find(name) {
    return this.constants.get(name) ?? this.parent?.find(name);
  }

  /** @param {Name} name @returns {Constant} */
  get(name) {
    const found = this.find(name);
    if (found) return found;
    if (this.unsafe.has(name)) throw new Refused(`'${name}' is unsafe`);
    if (this.isAbsent(name)) throw new Refused(`unknown constant '${name}'`);
    throw new Missing(name);
  }

  /** @param {Name} name @returns {Inductive | undefined} */
  inductive(name) {
    const found = this.find(name);
    return found?.kind === 'inductive' ? found : undefined;
  }

  /** @param {Name} name @returns {Constructor | undefined} */
  ctor(name) {
    const found = this.find(name);
    return found?.kind === 'ctor' ? found : undefined;
  }

  /**
   * The only constructor of a type with one constructor and without indices.
   * @param {Name} name
   * @returns {Constructor | undefined}
   */
  structureCtor(name) {
    const type = this.inductive(name);
    if (!type || type.numIndices !== 0 || type.ctors.length !== 1) return undefined;
    return this.ctor(type.ctors[0]);
  }

  /** The same, of a structure that is not recursive: it has eta. @param {Name} name */
  etaCtor(name) {
    return this.inductive(name)?.isRec ? undefined : this.structureCtor(name);
  }

  /** @param {Constant} constant */
  add(constant) {
    if (this.find(constant.name) || this.unsafe.has(constant.name)) throw new Refused(`'${constant.name}' is declared already`);
    this.constants.set(constant.name, constant);
  }

  /** Of a constant of the library, not of a declaration that is checked. @param {Name} name */
  isTrusted(name) {
    return this.trusted.constants.has(name);
  }

  /** The library. @returns {Environment} */
  get trusted() {
    return this.parent ? this.parent.trusted : this;
  }
}
