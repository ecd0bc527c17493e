/**
 * A request: check the declarations of an export over a library, and say what came of it.
 */

import { Checker, Limits } from './checker.mjs';
import { Environment } from './environment.mjs';
import { Missing, Refused, Undecided } from './errors.mjs';
import { Reader, rowsOf } from './export_format.mjs';
import { Store } from './store.mjs';
import { addDeclaration } from './declarations.mjs';
import { constantsOf } from './scan.mjs';
import { partsOf } from './library.mjs';
/** @import { Library } from './library.mjs' */
/** @import { Constant } from './environment.mjs' */
/** @import { Exported } from './export_format.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * `axioms` are those that the theorem `theorem` rests on, or without it any of the declarations;
 * `missing` are the parts of names that the caller must supply, or say to be absent.
 * @typedef {{ verdict: 'accepted', axioms: (string | number)[][], declarations: number, terms: number }} Accepted
 * @typedef {{ verdict: 'refused', reason: string, declaration: string }} NotAccepted
 * @typedef {{ verdict: 'undecided', reason: string, declaration: string }} NotDecided
 * @typedef {{ verdict: 'missing', missing: (string | number)[][] }} NeedsMore
 * @typedef {Accepted | NotAccepted | NotDecided | NeedsMore} Answer
 */

/**
 * `fresh`: the caller vouches that the library has none of the names that are declared.
 * `axiomsCompute`: axioms such as `Nat.land` are computed with, as library constants are.
 * @typedef {{ seconds?: number, memoryMb?: number, mostTerms?: number, fresh?: boolean, axiomsCompute?: boolean,
 *   theorem?: readonly (string | number)[] }} Options
 */

/**
 * @param {Library} library
 * @param {string} text  the export
 * @param {Options} [options]
 * @returns {Answer}
 */
export function checkExport(library, text, options = {}) {
  const check = new Check(library, options);
  try {
    return check.run(text);
  } catch (error) {
    return check.answerTo(error);
  }
}

class Check {
  /** @param {Library} library @param {Options} options */
  constructor(library, options) {
    this.library = library;
    this.options = options;
    this.store = new Store(library.store, options.mostTerms);
    this.env = new Environment(library.env);
    this.limits = new Limits(options);
    this.current = '';
  }

  /** @param {string} text @returns {Answer} */
  run(text) {
    const declarations = this.#read(text);
    const missing = this.#missing(declarations);
    if (missing.length > 0) return { verdict: 'missing', missing };
    const checker = new Checker(this.store, this.env, this.limits);
    checker.axiomsCompute = this.options.axiomsCompute ?? false;
    for (const declaration of declarations) {
      this.current = namesIn(declaration).join(', ');
      addDeclaration(checker, declaration);
      this.limits.look();
    }
    this.current = '';
    return {
      verdict: 'accepted',
      axioms: this.#axioms(),
      declarations: declarations.length,
      terms: this.store.terms.count,
    };
  }

  /** @param {unknown} error @returns {Answer} */
  answerTo(error) {
    const { current: declaration } = this;
    if (error instanceof Missing) {
      return { verdict: 'missing', missing: [partsOfName(error.constant)] };
    }
    if (error instanceof Refused) return { verdict: 'refused', reason: error.message, declaration };
    if (error instanceof Undecided) return { verdict: 'undecided', reason: error.message, declaration };
    if (error instanceof RangeError) {
      return { verdict: 'undecided', reason: `a limit of the machine: ${error.message}`, declaration };
    }
    throw error;
  }

  /** @param {string} text */
  #read(text) {
    const reader = new Reader(this.store);
    /** @type {Exported[]} */
    const declarations = [];
    for (const [row, line] of rowsOf(text)) {
      this.limits.step();
      const declaration = reader.read(row, line);
      if (declaration) declarations.push(declaration);
    }
    return declarations;
  }

  /**
   * What must be known of the library: constants that are mentioned, and whether it has constants of
   * the names that are declared.
   * @param {Exported[]} declarations
   */
  #missing(declarations) {
    const { env } = this.library;
    if (env.complete) return [];
    const declared = new Set(declarations.flatMap(namesIn));
    const mentioned = constantsOf(declarations.flatMap(termsIn));
    for (const name of builtinNames(this.store)) mentioned.add(name);
    if (this.options.fresh) for (const name of declared) this.env.absent.add(name);
    const missing = new Set([...declared].filter((name) => !this.env.isAbsent(name) && !env.find(name)));
    const outside = [...mentioned].filter((name) => !declared.has(name));
    for (const name of this.library.missingFrom(outside)) missing.add(name);
    return [...missing].map(partsOfName);
  }

  /** Axioms that the theorem, or all that is declared, rests on. */
  #axioms() {
    const { theorem } = this.options;
    const seen = new Set();
    const axioms = [];
    const todo = theorem ? [this.#named(theorem)] : [...this.env.constants.keys()];
    for (let name = todo.pop(); name; name = todo.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const constant = this.env.get(name);
      if (constant.kind === 'axiom') axioms.push(partsOfName(name));
      if (!this.env.isTrusted(name)) todo.push(...restsOn(constant));
    }
    return axioms;
  }

  /** @param {readonly (string | number)[]} parts */
  #named(parts) {
    const { names } = this.store;
    const name = parts.reduce(
      (/** @type {Name} */ n, part) => names.append(n, typeof part === 'number' ? BigInt(part) : part),
      names.anonymous,
    );
    const kind = this.env.constants.get(name)?.kind;
    if (kind !== 'thm' && kind !== 'def') throw new Refused(`'${name}' is neither a theorem nor a definition here`);
    return name;
  }
}

/** @param {Constant} constant @returns {Iterable<Name>} */
function restsOn(constant) {
  const parts = partsOf(constant);
  if ((constant.kind === 'thm' || constant.kind === 'opaque') && constant.value) parts.push(constant.value);
  const names = constantsOf(parts);
  if (constant.kind === 'inductive') for (const ctor of constant.ctors) names.add(ctor);
  return names;
}

/** @param {Exported} declaration @returns {Name[]} */
function namesIn(declaration) {
  if (declaration.kind !== 'inductive') return [declaration.name];
  const { types, ctors, recs } = declaration;
  return [...types, ...ctors, ...recs].map((part) => part.name);
}

/** @param {Exported} declaration @returns {Term[]} */
function termsIn(declaration) {
  switch (declaration.kind) {
    case 'axiom':
    case 'quot':
      return [declaration.type];
    case 'inductive':
      return [...declaration.types, ...declaration.ctors].map((part) => part.type);
    default:
      return declaration.value ? [declaration.type, declaration.value] : [declaration.type];
  }
}

/** What literals and computing bring in by themselves. @param {Store} store */
function builtinNames({ names }) {
  const used = ['Nat', 'Nat.zero', 'Nat.succ', 'Bool', 'Bool.true', 'String', 'String.ofList', 'Char.ofNat', 'List'];
  return used.map((name) => names.dotted(name));
}

/** @param {Name} name @returns {(string | number)[]} */
function partsOfName(name) {
  return name.parts().map((part) => (typeof part === 'bigint' ? Number(part) : part));
}
