/**
 * Terms, hash-consed: terms that are equal by structure are the same object, so `===` is structural
 * equality.  Names of bound variables, binder kinds and metadata are not kept.
 *
 * Bound variables are de Bruijn indices.  Under a binder that has been opened, its variable is a free
 * variable: a number, which is how many binders were open before it, with its type.
 */

import { Undecided } from './errors.mjs';
/** @import { Name } from './names.mjs' */
/** @import { Level, LevelList } from './levels.mjs' */

export const BVAR = 0;
export const FVAR = 1;
export const SORT = 2;
export const CONST = 3;
export const APP = 4;
export const LAMBDA = 5;
export const PI = 6;
export const LET = 7;
export const PROJ = 8;
export const NAT = 9;
export const STRING = 10;

/**
 * What the three parts are, by kind:
 *
 *     BVAR   index                       FVAR   index, type
 *     SORT   level                       CONST  name, levels
 *     APP    function, argument          LAMBDA domain, body
 *     PI     domain, body                LET    type, value, body
 *     PROJ   structure name, field, term
 *     NAT    value                       STRING value
 */
export class Term {
  /**
   * @param {number} kind
   * @param {number} id
   * @param {number} hash
   * @param {number} loose  one more than the greatest index of a bound variable that is bound outside
   * @param {number} free  one more than the greatest number of a free variable
   * @param {boolean} open  does a universe parameter occur?
   * @param {any} a
   * @param {any} b
   * @param {any} c
   */
  constructor(kind, id, hash, loose, free, open, a, b, c) {
    this.kind = kind;
    this.id = id;
    this.hash = hash;
    this.loose = loose;
    this.free = free;
    this.open = open;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /** Of a bound or a free variable. @returns {number} */
  get index() {
    return this.a;
  }
  /** Of a sort. @returns {Level} */
  get level() {
    return this.a;
  }
  /** Of a constant; of a projection, the structure's. @returns {Name} */
  get name() {
    return this.a;
  }
  /** Of a constant. @returns {LevelList} */
  get levels() {
    return this.b;
  }
  /** Of an application. @returns {Term} */
  get fn() {
    return this.a;
  }
  /** Of an application. @returns {Term} */
  get arg() {
    return this.b;
  }
  /** Of a function or function type. @returns {Term} */
  get domain() {
    return this.a;
  }
  /** Of a function, a function type or a `let`. @returns {Term} */
  get body() {
    return this.kind === LET ? this.c : this.b;
  }
  /** Of a free variable or a `let`. @returns {Term} */
  get type() {
    return this.kind === LET ? this.a : this.b;
  }
  /** Of a `let`. @returns {Term} */
  get value() {
    return this.b;
  }
  /** Of a projection: the number of the field, from 0. @returns {number} */
  get field() {
    return this.b;
  }
  /** Of a projection. @returns {Term} */
  get structure() {
    return this.c;
  }
  /** Of a numeral. @returns {bigint} */
  get natural() {
    return this.a;
  }
  /** Of a string literal. @returns {string} */
  get text() {
    return this.a;
  }
}

/** Ids of terms are below this. */
export const ID_RANGE = 2 ** 29;

const FIRST_SLOTS = 1 << 10;

export class Terms {
  /** @param {Terms} [parent] terms found there are not made again */
  constructor(parent, mostTerms = ID_RANGE) {
    this.parent = parent;
    /** @type {number} */
    this.firstId = parent ? parent.nextId : 1;
    /** @type {number} */
    this.nextId = this.firstId;
    this.lastId = Math.min(this.firstId + mostTerms, ID_RANGE);
    /** @type {(Term | undefined)[]} */
    this.slots = new Array(FIRST_SLOTS);
    this.mask = FIRST_SLOTS - 1;
    this.size = 0;
    /** @type {Map<bigint | string, Term>} */
    this.literals = new Map();
  }

  /** How many terms were made here. */
  get count() {
    return this.nextId - this.firstId;
  }

  /** @param {number} index */
  bvar(index) {
    return this.#intern(BVAR, index, undefined, undefined, index, 0, 0, index + 1, 0, false);
  }
  /** @param {number} index @param {Term} type */
  fvar(index, type) {
    return this.#intern(FVAR, index, type, undefined, index, type.id, 0, 0, index + 1, type.open);
  }
  /** @param {Level} level */
  sort(level) {
    return this.#intern(SORT, level, undefined, undefined, level.id, 0, 0, 0, 0, level.open);
  }
  /** @param {Name} name @param {LevelList} levels */
  constant(name, levels) {
    return this.#intern(CONST, name, levels, undefined, name.id, levels.id, 0, 0, 0, levels.open);
  }
  /** @param {Term} fn @param {Term} arg */
  app(fn, arg) {
    const loose = Math.max(fn.loose, arg.loose);
    const free = Math.max(fn.free, arg.free);
    return this.#intern(APP, fn, arg, undefined, fn.id, arg.id, 0, loose, free, fn.open || arg.open);
  }
  /** @param {Term} domain @param {Term} body */
  lambda(domain, body) {
    return this.#binder(LAMBDA, domain, body);
  }
  /** @param {Term} domain @param {Term} body */
  pi(domain, body) {
    return this.#binder(PI, domain, body);
  }
  /** @param {Term} type @param {Term} value @param {Term} body */
  let(type, value, body) {
    const loose = Math.max(type.loose, value.loose, body.loose - 1);
    const free = Math.max(type.free, value.free, body.free);
    const open = type.open || value.open || body.open;
    return this.#intern(LET, type, value, body, type.id, value.id, body.id, loose, free, open);
  }
  /** @param {Name} name @param {number} field @param {Term} structure */
  proj(name, field, structure) {
    const { loose, free, open } = structure;
    return this.#intern(PROJ, name, field, structure, name.id, field, structure.id, loose, free, open);
  }
  /** @param {bigint} value */
  nat(value) {
    return this.#literal(NAT, value);
  }
  /** @param {string} value */
  string(value) {
    return this.#literal(STRING, value);
  }

  /** @param {Term} fn @param {readonly Term[]} args @param {number} [from] @param {number} [to] */
  apps(fn, args, from = 0, to = args.length) {
    for (let i = from; i < to; i++) fn = this.app(fn, args[i]);
    return fn;
  }

  /** @param {number} kind @param {Term} domain @param {Term} body */
  #binder(kind, domain, body) {
    const loose = Math.max(domain.loose, body.loose - 1);
    const free = Math.max(domain.free, body.free);
    const open = domain.open || body.open;
    return this.#intern(kind, domain, body, undefined, domain.id, body.id, 0, loose, free, open);
  }

  /** @param {number} kind @param {bigint | string} value */
  #literal(kind, value) {
    const known = this.parent?.literals.get(value) ?? this.literals.get(value);
    if (known) return known;
    const term = new Term(kind, this.#newId(), 0, 0, 0, false, value, undefined, undefined);
    this.literals.set(value, term);
    return term;
  }

  /**
   * The term with these parts; `x`, `y`, `z` stand for them in the hash.
   * @param {number} kind
   * @param {any} a
   * @param {any} b
   * @param {any} c
   * @param {number} x
   * @param {number} y
   * @param {number} z
   * @param {number} loose
   * @param {number} free
   * @param {boolean} open
   */
  #intern(kind, a, b, c, x, y, z, loose, free, open) {
    let hash = Math.imul(x, 0x9e3779b1) ^ kind;
    hash = Math.imul(hash ^ (hash >>> 15) ^ y, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ z, 0xc2b2ae35);
    hash ^= hash >>> 16;
    const known = this.parent?.find(hash, kind, a, b, c);
    if (known) return known;
    let { slots, mask } = this;
    let i = hash & mask;
    for (let t = slots[i]; t !== undefined; t = slots[(i = (i + 1) & mask)]) {
      if (t.hash === hash && t.kind === kind && t.a === a && t.b === b && t.c === c) return t;
    }
    const term = new Term(kind, this.#newId(), hash, loose, free, open, a, b, c);
    slots[i] = term;
    if (++this.size * 2 > mask) this.#grow();
    return term;
  }

  /** @param {number} hash @param {number} kind @param {any} a @param {any} b @param {any} c */
  find(hash, kind, a, b, c) {
    const { slots, mask } = this;
    let i = hash & mask;
    for (let t = slots[i]; t !== undefined; t = slots[(i = (i + 1) & mask)]) {
      if (t.hash === hash && t.kind === kind && t.a === a && t.b === b && t.c === c) return t;
    }
    return undefined;
  }

  #newId() {
    if (this.nextId >= this.lastId) throw new Undecided('too many terms');
    return this.nextId++;
  }

  #grow() {
    const old = this.slots;
    const mask = old.length * 2 - 1;
    const slots = new Array(mask + 1);
    for (const term of old) {
      if (term === undefined) continue;
      let i = term.hash & mask;
      while (slots[i] !== undefined) i = (i + 1) & mask;
      slots[i] = term;
    }
    this.slots = slots;
    this.mask = mask;
  }
}

/** The function at the head of nested applications. @param {Term} term */
export function headOf(term) {
  while (term.kind === APP) term = term.fn;
  return term;
}

/** The arguments of nested applications, first to last. @param {Term} term */
export function argsOf(term) {
  let count = 0;
  for (let t = term; t.kind === APP; t = t.fn) count++;
  /** @type {Term[]} */
  const args = new Array(count);
  for (let t = term; t.kind === APP; t = t.fn) args[--count] = t.arg;
  return args;
}

/** The parts of a term that are terms. @param {Term} term @returns {Term[]} */
export function childrenOf(term) {
  switch (term.kind) {
    case APP:
    case LAMBDA:
    case PI:
      return [term.a, term.b];
    case LET:
      return [term.a, term.b, term.c];
    case PROJ:
      return [term.c];
    default:
      return [];
  }
}
