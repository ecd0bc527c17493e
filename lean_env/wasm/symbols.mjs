// The address of every symbol that Lean exports, for `dlsym`: Lean's interpreter looks up compiled code
// by name.  On disk: count, offsets of the names (count + 1), addresses (all 32-bit little-endian), then
// the names, sorted by bytes.
import fs from 'node:fs';

/** @param {[string, number][]} symbols name and address */
export function packSymbols(symbols) {
  const list = symbols.map(([name, address]) => ({name: Buffer.from(name, 'latin1'), address}))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  const n = list.length, head = Buffer.alloc(4 * (2 * n + 2));
  head.writeInt32LE(n, 0);
  let offset = 0;
  list.forEach(({name, address}, i) => {
    head.writeInt32LE(offset, 4 * (1 + i));
    head.writeInt32LE(address, 4 * (2 + n + i));
    offset += name.length;
  });
  head.writeInt32LE(offset, 4 * (1 + n));
  return Buffer.concat([head, ...list.map(s => s.name)]);
}

/** Looks symbols up in such a file, which is read on the first look-up. */
export class Symbols {
  /** @param {string} file */
  constructor(file) { this.file = file; }

  #load() {
    this.bytes = fs.readFileSync(this.file);
    this.count = this.bytes.readInt32LE(0);
    this.names = 4 * (2 * this.count + 2);
  }

  /** @param {number} i */
  #name(i) {
    const offset = k => this.names + this.bytes.readInt32LE(4 * (1 + k));
    return this.bytes.subarray(offset(i), offset(i + 1));
  }

  /** @param {Buffer} name @returns {number} its address, 0 when there is none */
  find(name) {
    if (!this.bytes) this.#load();
    let low = 0, high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1, order = Buffer.compare(this.#name(middle), name);
      if (order === 0) return this.bytes.readInt32LE(4 * (2 + this.count + middle));
      if (order < 0) low = middle + 1; else high = middle - 1;
    }
    return 0;
  }
}
