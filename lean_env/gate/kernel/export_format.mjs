/**
 * Reader of lean4export's format, NDJSON 3.1: rows for names, levels and terms, numbered by whoever
 * wrote them, and for declarations.
 *
 * The rows may come from anywhere.  A row that is not of the format is refused with its line.
 */

import { ABBREV, OPAQUE } from './environment.mjs';
import { Refused } from './errors.mjs';
/** @import { Store } from './store.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Level } from './levels.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * A declaration as it stands in an export.  Only an export of the library may leave out a value.
 * @typedef {{ name: Name, params: Name[], type: Term }} Head
 * @typedef {Head & { numParams: number, numIndices: number, ctors: Name[], all: Name[], isRec: boolean,
 *   unsafe: boolean }} ExportedType
 * @typedef {Head & { induct: Name, index: number, numParams: number, numFields: number,
 *   unsafe: boolean }} ExportedCtor
 * @typedef {Head & { numParams: number, numIndices: number, numMotives: number, numMinors: number,
 *   rules: { ctor: Name, numFields: number, value: Term }[], k: boolean, unsafe: boolean }} ExportedRec
 * @typedef {{ line: number } & (
 *   | Head & { kind: 'axiom', unsafe: boolean }
 *   | Head & { kind: 'def', value: Term, height: number, unsafe: boolean }
 *   | Head & { kind: 'thm' | 'opaque', value: Term | null, unsafe: boolean }
 *   | Head & { kind: 'quot', role: 'type' | 'ctor' | 'lift' | 'ind' }
 *   | { kind: 'inductive', types: ExportedType[], ctors: ExportedCtor[], recs: ExportedRec[] }
 * )} Exported
 */

const MOST_DIGITS = 200_000;
const GREATEST_INDEX = 2 ** 28;

/** @typedef {Record<string, unknown>} Row */

/** The rows of a text. @param {string} text @returns {Generator<[unknown, number]>} */
export function* rowsOf(text) {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    line++;
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const row = text.slice(start, end).trim();
    start = end + 1;
    if (row === '') continue;
    let value;
    try {
      value = JSON.parse(row);
    } catch {
      throw new Refused('not JSON', line);
    }
    yield [value, line];
  }
}

export class Reader {
  /** @param {Store} store @param {{ library?: boolean }} [options] */
  constructor(store, { library = false } = {}) {
    this.store = store;
    this.library = library;
    this.line = 0;
    /** @type {Map<number, Name>} */
    this.names = new Map([[0, store.names.anonymous]]);
    /** @type {Map<number, Level>} */
    this.levels = new Map([[0, store.levels.zero]]);
    /** @type {Map<number, Term>} */
    this.terms = new Map();
  }

  /**
   * The declaration of a row, null for a row of another kind.
   * @param {unknown} row
   * @param {number} line
   * @returns {Exported | null}
   */
  read(row, line) {
    this.line = line;
    const record = this.#record(row);
    if ('in' in record) return this.#define(this.names, record.in, this.#name(record));
    if ('il' in record) return this.#define(this.levels, record.il, this.#level(record));
    if ('ie' in record) return this.#define(this.terms, record.ie, this.#term(record));
    const [tag, ...others] = Object.keys(record);
    if (tag === undefined || others.length > 0) this.refuse('a row of no kind');
    if (tag === 'meta') return this.#meta(record.meta);
    return { line, ...this.#declaration(tag, this.#record(record[tag])) };
  }

  /** @param {string} reason @returns {never} */
  refuse(reason) {
    throw new Refused(reason, this.line);
  }

  /** @template T @param {Map<number, T>} table @param {unknown} index @param {T} value @returns {null} */
  #define(table, index, value) {
    const i = this.#natural(index);
    if (table.has(i)) this.refuse(`number ${i} is given twice`);
    table.set(i, value);
    return null;
  }

  /** @param {unknown} meta @returns {null} */
  #meta(meta) {
    const { format } = this.#record(meta);
    const { version } = this.#record(format);
    if (typeof version !== 'string' || !/^3\.1(\.|$)/.test(version)) {
      this.refuse(`format ${JSON.stringify(version)?.slice(0, 40)}, not 3.1`);
    }
    return null;
  }

  // Values of JSON

  /** @param {unknown} value @returns {Row} */
  #record(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.refuse('not an object');
    return /** @type {Row} */ (value);
  }

  /** @param {unknown} value @returns {unknown[]} */
  #array(value) {
    if (!Array.isArray(value)) this.refuse('not an array');
    return value;
  }

  /** @param {unknown} value @returns {number} */
  #natural(value) {
    if (!Number.isSafeInteger(value) || /** @type {number} */ (value) < 0) this.refuse('not a number');
    return /** @type {number} */ (value);
  }

  /** @param {unknown} value @returns {string} */
  #string(value) {
    if (typeof value !== 'string' || !value.isWellFormed()) this.refuse('not a string');
    return /** @type {string} */ (value);
  }

  /** @param {unknown} value @returns {boolean} */
  #boolean(value) {
    if (typeof value !== 'boolean') this.refuse('neither true nor false');
    return /** @type {boolean} */ (value);
  }

  /** The one key of a row besides its number. @param {Row} row @param {string} number */
  #tagOf(row, number) {
    const keys = Object.keys(row);
    if (keys.length !== 2) this.refuse('a row of no kind');
    return keys[0] === number ? keys[1] : keys[0];
  }

  // References

  /** @template T @param {Map<number, T>} table @param {unknown} index @param {string} what @returns {T} */
  #lookup(table, index, what) {
    const found = table.get(this.#natural(index));
    if (found === undefined) this.refuse(`no ${what} ${index} before this row`);
    return /** @type {T} */ (found);
  }
  /** @param {unknown} index */
  #nameAt(index) {
    return this.#lookup(this.names, index, 'name');
  }
  /** @param {unknown} index */
  #levelAt(index) {
    return this.#lookup(this.levels, index, 'level');
  }
  /** @param {unknown} index */
  #termAt(index) {
    return this.#lookup(this.terms, index, 'term');
  }
  /** @param {unknown} value */
  #namesAt(value) {
    return this.#array(value).map((i) => this.#nameAt(i));
  }

  // Names, levels, terms

  /** @param {Row} row @returns {Name} */
  #name(row) {
    const { names } = this.store;
    const tag = this.#tagOf(row, 'in');
    const parts = this.#record(row[tag]);
    const prefix = this.#nameAt(parts.pre);
    if (tag === 'str') return names.append(prefix, this.#string(parts.str));
    if (tag === 'num') return names.append(prefix, BigInt(this.#natural(parts.i)));
    return this.refuse(`unknown kind of name '${tag}'`);
  }

  /** @param {Row} row @returns {Level} */
  #level(row) {
    const { levels } = this.store;
    const tag = this.#tagOf(row, 'il');
    if (tag === 'succ') return levels.succ(this.#levelAt(row.succ));
    if (tag === 'param') return levels.param(this.#nameAt(row.param));
    if (tag !== 'max' && tag !== 'imax') return this.refuse(`unknown kind of level '${tag}'`);
    const pair = this.#array(row[tag]);
    if (pair.length !== 2) this.refuse('not a pair of levels');
    return levels[tag](this.#levelAt(pair[0]), this.#levelAt(pair[1]));
  }

  /** @param {Row} row @returns {Term} */
  #term(row) {
    const { terms } = this.store;
    const tag = this.#tagOf(row, 'ie');
    switch (tag) {
      case 'bvar': {
        const index = this.#natural(row.bvar);
        if (index > GREATEST_INDEX) this.refuse('a bound variable with too great an index');
        return terms.bvar(index);
      }
      case 'sort':
        return terms.sort(this.#levelAt(row.sort));
      case 'natVal':
        return this.#numeral(this.#string(row.natVal));
      case 'strVal':
        return terms.string(this.#string(row.strVal));
      default:
        return this.#compound(tag, this.#record(row[tag]));
    }
  }

  /** @param {string} digits */
  #numeral(digits) {
    if (!/^[0-9]+$/.test(digits)) this.refuse('not a numeral');
    if (digits.length > MOST_DIGITS) this.refuse('a numeral with too many digits');
    return this.store.terms.nat(BigInt(digits));
  }

  /** @param {string} tag @param {Row} parts @returns {Term} */
  #compound(tag, parts) {
    const { terms, levels } = this.store;
    switch (tag) {
      case 'const': {
        const us = this.#array(parts.us).map((i) => this.#levelAt(i));
        return terms.constant(this.#nameAt(parts.name), levels.list(us));
      }
      case 'app':
        return terms.app(this.#termAt(parts.fn), this.#termAt(parts.arg));
      case 'lam':
        return terms.lambda(this.#termAt(parts.type), this.#termAt(parts.body));
      case 'forallE':
        return terms.pi(this.#termAt(parts.type), this.#termAt(parts.body));
      case 'letE':
        return terms.let(this.#termAt(parts.type), this.#termAt(parts.value), this.#termAt(parts.body));
      case 'proj': {
        const field = this.#natural(parts.idx);
        if (field > GREATEST_INDEX) this.refuse('a projection with too great an index');
        return terms.proj(this.#nameAt(parts.typeName), field, this.#termAt(parts.struct));
      }
      case 'mdata':
        return this.#termAt(parts.expr);
      default:
        return this.refuse(`unknown kind of term '${tag.slice(0, 40)}'`);
    }
  }

  // Declarations

  /** @param {Row} parts @returns {Head} */
  #head(parts) {
    return {
      name: this.#nameAt(parts.name),
      params: this.#namesAt(parts.levelParams),
      type: this.#termAt(parts.type),
    };
  }

  /** @param {string} tag @param {Row} parts @returns {any} */
  #declaration(tag, parts) {
    switch (tag) {
      case 'axiom':
        return { kind: tag, ...this.#head(parts), unsafe: this.#boolean(parts.isUnsafe) };
      case 'def':
        return this.#definition(parts);
      case 'thm':
      case 'opaque': {
        const unsafe = tag === 'opaque' && this.#boolean(parts.isUnsafe);
        const value = this.library && !('value' in parts) ? null : this.#termAt(parts.value);
        return { kind: tag, ...this.#head(parts), value, unsafe };
      }
      case 'quot':
        return { kind: tag, ...this.#head(parts), role: this.#role(parts.kind) };
      case 'inductive':
        return {
          kind: tag,
          types: this.#array(parts.types).map((t) => this.#inductiveType(this.#record(t))),
          ctors: this.#array(parts.ctors).map((k) => this.#inductiveCtor(this.#record(k))),
          recs: this.#array(parts.recs).map((r) => this.#recursor(this.#record(r))),
        };
      default:
        return this.refuse(`unknown kind of declaration '${tag.slice(0, 40)}'`);
    }
  }

  /** @param {Row} parts */
  #definition(parts) {
    const safety = this.#string(parts.safety);
    if (!['safe', 'unsafe', 'partial'].includes(safety)) this.refuse('unknown safety');
    return {
      kind: 'def',
      ...this.#head(parts),
      value: this.#termAt(parts.value),
      height: this.#height(parts.hints),
      unsafe: safety !== 'safe',
    };
  }

  /** @param {unknown} hints */
  #height(hints) {
    if (hints === 'abbrev') return ABBREV;
    if (hints === 'opaque') return OPAQUE;
    return this.#natural(this.#record(hints).regular);
  }

  /** @param {unknown} kind */
  #role(kind) {
    if (!['type', 'ctor', 'lift', 'ind'].includes(/** @type {string} */ (kind))) {
      this.refuse('unknown part of quotients');
    }
    return kind;
  }

  /** @param {Row} parts @returns {ExportedType} */
  #inductiveType(parts) {
    return {
      ...this.#head(parts),
      numParams: this.#natural(parts.numParams),
      numIndices: this.#natural(parts.numIndices),
      ctors: this.#namesAt(parts.ctors),
      all: this.#namesAt(parts.all),
      isRec: this.#boolean(parts.isRec),
      unsafe: this.#boolean(parts.isUnsafe),
    };
  }

  /** @param {Row} parts @returns {ExportedCtor} */
  #inductiveCtor(parts) {
    return {
      ...this.#head(parts),
      induct: this.#nameAt(parts.induct),
      index: this.#natural(parts.cidx),
      numParams: this.#natural(parts.numParams),
      numFields: this.#natural(parts.numFields),
      unsafe: this.#boolean(parts.isUnsafe),
    };
  }

  /** @param {Row} parts @returns {ExportedRec} */
  #recursor(parts) {
    return {
      ...this.#head(parts),
      numParams: this.#natural(parts.numParams),
      numIndices: this.#natural(parts.numIndices),
      numMotives: this.#natural(parts.numMotives),
      numMinors: this.#natural(parts.numMinors),
      rules: this.#array(parts.rules).map((rule) => {
        const { ctor, nfields, rhs } = this.#record(rule);
        return {
          ctor: this.#nameAt(ctor),
          numFields: this.#natural(nfields),
          value: this.#termAt(rhs),
        };
      }),
      k: this.#boolean(parts.k),
      unsafe: this.#boolean(parts.isUnsafe),
    };
  }
}
