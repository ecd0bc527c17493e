// The parts of the WebAssembly binary format that deriving Lean needs: LEB128 numbers, vectors and
// the sections of https://webassembly.github.io/spec/core/binary/modules.html
import {expect} from './errors.mjs';

export const SECTION = {
  custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, element: 9, code: 10, tag: 13,
};
export const KIND = {function: 0, table: 1, memory: 2, global: 3, tag: 4};
export const OP = {
  end: 0x0b, try: 0x06, catch: 0x07, if: 0x04, return: 0x0f, call: 0x10, callIndirect: 0x11, drop: 0x1a,
  localGet: 0x20, localSet: 0x21, globalGet: 0x23, tableGet: 0x25, i32Const: 0x41, i32Eqz: 0x45,
};
export const FUNCREF = 0x70;
const FUNC_TYPE = 0x60;
const VOID_BLOCK = 0x40;
const HEADER = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);       // \0asm, version 1

/** Value types and the letters that signatures use for them: `ij:d` takes i32 and i64 and gives f64. */
const TYPES = {i: 0x7f, j: 0x7e, f: 0x7d, d: 0x7c};
const LETTERS = Object.fromEntries(Object.entries(TYPES).map(([letter, code]) => [code, letter]));

export class Reader {
  /** @param {Buffer} bytes @param {number} at */
  constructor(bytes, at = 0) { this.bytes = bytes; this.at = at; }

  byte() { return this.bytes[this.at++]; }

  /** An unsigned LEB128 number. */
  unsigned() {
    let result = 0, unit = 1, byte;
    do { byte = this.byte(); result += (byte & 127) * unit; unit *= 128; } while (byte & 128);
    return result;
  }

  /** A signed LEB128 number of 32 bits. */
  signed() {
    let result = 0, shift = 0, byte;
    do { byte = this.byte(); result |= (byte & 127) << shift; shift += 7; } while (byte & 128);
    return shift < 32 && byte & 64 ? result | (-1 << shift) : result;
  }

  name() {
    const length = this.unsigned();
    this.at += length;
    return this.bytes.toString('latin1', this.at - length, this.at);
  }

  /** A vector of what `read` reads. @template T @param {() => T} read @returns {T[]} */
  vector(read) { return Array.from({length: this.unsigned()}, read); }
}

/** @param {number} n */
export function unsigned(n) {
  const out = [];
  do { out.push((n % 128) | (n > 127 ? 128 : 0)); n = Math.floor(n / 128); } while (n);
  return Buffer.from(out);
}

/** @param {number} n */
export function signed(n) {
  const out = [];
  for (;;) {
    const byte = n & 127;
    n >>= 7;
    if (n === (byte & 64 ? -1 : 0)) return Buffer.from([...out, byte]);
    out.push(byte | 128);
  }
}

/** @param {string} text */
export const name = text => Buffer.concat([unsigned(text.length), Buffer.from(text, 'latin1')]);

/** @param {Buffer[]} items */
export const vector = items => Buffer.concat([unsigned(items.length), ...items]);

/** Bytes, numbers and buffers, one after the other. @param {...(number|Buffer)} parts */
export const code = (...parts) => Buffer.concat(parts.map(p => (typeof p === 'number' ? Buffer.from([p]) : p)));

/** @param {string} signature such as `ii:i` */
export function functionType(signature) {
  const [params, results] = signature.split(':').map(s => vector([...s].map(c => Buffer.from([TYPES[c]]))));
  return code(FUNC_TYPE, params, results);
}

/** The type of a block without parameters. @param {string} result `` or a letter */
export const blockType = result => (result ? TYPES[result] : VOID_BLOCK);

/** A section, or a function body: its length stands before it. @param {Buffer} body */
export const sized = body => Buffer.concat([unsigned(body.length), body]);

/** A whole module. @param {[number, Buffer][]} sections */
export const moduleOf = sections => Buffer.concat([HEADER, ...sections.map(([id, body]) => code(id, sized(body)))]);

/** @typedef {{id: number, start: number, end: number}} Section */
/** @typedef {{module: string, name: string, kind: number, signature?: string, shared?: boolean}} Import */
/** @typedef {{name: string, kind: number, index: number}} Export */

/** A read-only view of a module; each section is decoded when asked for. */
export class Module {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    expect(HEADER.equals(bytes.subarray(0, HEADER.length)), 'lean.wasm is not a WebAssembly module');
    this.bytes = bytes;
    /** @type {Section[]} */
    this.sections = [];
    const r = new Reader(bytes, HEADER.length);
    while (r.at < bytes.length) {
      const id = r.byte(), length = r.unsigned();
      this.sections.push({id, start: r.at, end: r.at + length});
      r.at += length;
    }
    expect(r.at === bytes.length, 'lean.wasm is cut off');
  }

  /** @param {number} id @returns {Section} the only section of this kind */
  section(id) {
    const found = this.sections.filter(s => s.id === id);
    expect(found.length === 1, `lean.wasm has ${found.length} sections of kind ${id} instead of one`);
    return found[0];
  }

  /** @param {number} id @returns {Reader} */
  reader(id) { return new Reader(this.bytes, this.section(id).start); }

  /** @returns {string[]} the signature of each type */
  types() {
    const r = this.reader(SECTION.type);
    const letters = () => r.vector(() => LETTERS[r.byte()] ?? '?').join('');
    return r.vector(() => {
      expect(r.byte() === FUNC_TYPE, 'lean.wasm has types that are not functions');
      return `${letters()}:${letters()}`;
    });
  }

  /** @param {string[]} types @returns {Import[]} */
  imports(types) {
    const r = this.reader(SECTION.import);
    return r.vector(() => {
      const entry = {module: r.name(), name: r.name(), kind: r.byte()};
      if (entry.kind === KIND.function) return {...entry, signature: types[r.unsigned()]};
      if (entry.kind === KIND.global) { r.at += 2; return entry; }
      expect(entry.kind === KIND.memory, `lean.wasm imports ${entry.name} of unknown kind ${entry.kind}`);
      const flags = r.byte();
      r.unsigned();
      if (flags & 1) r.unsigned();
      return {...entry, shared: (flags & 2) !== 0};
    });
  }

  /** @returns {number[]} the type of each function that the module defines */
  functions() {
    const r = this.reader(SECTION.function);
    return r.vector(() => r.unsigned());
  }

  /** @returns {Export[]} */
  exports() {
    const r = this.reader(SECTION.export);
    return r.vector(() => ({name: r.name(), kind: r.byte(), index: r.unsigned()}));
  }

  /** @returns {{mutable: boolean, value: number | undefined}[]} `value` of those that start as a constant i32 */
  globals() {
    const r = this.reader(SECTION.global);
    return r.vector(() => {
      r.byte();
      const mutable = r.byte() === 1, op = r.byte();
      expect(op === OP.i32Const || op === OP.globalGet, 'lean.wasm has a global of an unknown form');
      const value = r.signed();
      expect(r.byte() === OP.end, 'lean.wasm has a global of an unknown form');
      return {mutable, value: op === OP.i32Const ? value : undefined};
    });
  }

  /** @returns {number} the least size of the only table */
  tableSize() {
    const r = this.reader(SECTION.table);
    const plain = r.unsigned() === 1 && r.byte() === FUNCREF && r.byte() === 0;
    expect(plain, 'lean.wasm has not one growable table of functions');
    return r.unsigned();
  }

  /** @returns {{base: number, functions: number[], body: Buffer}} the only element segment */
  elements() {
    const r = this.reader(SECTION.element);
    const count = r.unsigned(), start = r.at;
    const plain = count === 1 && r.unsigned() === 0 && r.byte() === OP.i32Const;
    expect(plain, 'lean.wasm has element segments of an unknown form');
    const base = r.signed();
    expect(r.byte() === OP.end, 'lean.wasm has element segments of an unknown form');
    const functions = r.vector(() => r.unsigned());
    return {base, functions, body: this.bytes.subarray(start, this.section(SECTION.element).end)};
  }
}
