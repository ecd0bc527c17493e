// A snapshot: everything of a machine that has run, which is its memory and its mutable globals.
//
// File: magic, length of the head (u32), head (JSON), then the runs of pages that are not all zero.
import fs from 'node:fs';
import {createHash} from 'node:crypto';
import {PAGE} from './machine.mjs';

const MAGIC = Buffer.from('QSTARSN1');
const START = MAGIC.length + 4;
const CHUNK = 1 << 26;

/** @typedef {{id: string, server: import('./session.mjs').Server, clock: number, bytes: number, size: number,
 *   globals: number[], runs: [number, number][], sha256: string}} Head
 * `id` of the wasm, `clock` of the guest in ns, `bytes` of memory, `size` of the pages in the file */

/** The runs [start, length] of pages that hold anything. @param {Uint8Array} memory */
function usedRuns(memory) {
  /** @type {[number, number][]} */
  const runs = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    if (new BigUint64Array(memory.buffer, at, PAGE / 8).every(word => word === 0n)) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === at) last[1] += PAGE; else runs.push([at, PAGE]);
  }
  return runs;
}

/** Each run in pieces of at most CHUNK bytes. @returns {Generator<[number, number]>} */
function* pieces(runs) {
  for (const [start, length] of runs) {
    for (let at = 0; at < length; at += CHUNK) yield [start + at, Math.min(CHUNK, length - at)];
  }
}

/** @param {import('./session.mjs').Session} session @param {string} file @returns {Head} */
export function save({machine, server}, file) {
  if (!machine.idle) throw new Error('Lean is not at rest: no snapshot can be taken');
  const memory = machine.memory.u8, runs = usedRuns(memory), hash = createHash('sha256');
  for (const [at, length] of pieces(runs)) hash.update(memory.subarray(at, at + length));
  const head = {
    id: machine.facts.id, server, clock: Number(machine.now()), bytes: memory.length,
    size: runs.reduce((sum, [, length]) => sum + length, 0),
    globals: machine.state.map(global => global.value), runs, sha256: hash.digest('hex'),
  };
  const text = Buffer.from(JSON.stringify(head)), start = Buffer.alloc(START);
  MAGIC.copy(start);
  start.writeUInt32LE(text.length, MAGIC.length);
  const fd = fs.openSync(file, 'w');
  fs.writeSync(fd, start);
  fs.writeSync(fd, text);
  for (const [at, length] of pieces(runs)) {
    for (let done = 0; done < length;) done += fs.writeSync(fd, memory, at + done, length - done);
  }
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  return head;
}

export class DamagedSnapshot extends Error {
  constructor(file, what) { super(`the snapshot ${file} is damaged: ${what}`); }
}

/** A snapshot file; its head is read, and its length checked, when it is opened. */
export class Snapshot {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
    this.fd = fs.openSync(file, 'r');
    const start = Buffer.alloc(START);
    fs.readSync(this.fd, start, 0, START, 0);
    if (!start.subarray(0, MAGIC.length).equals(MAGIC)) throw new DamagedSnapshot(file, 'it does not begin as one');
    const text = Buffer.alloc(start.readUInt32LE(MAGIC.length));
    fs.readSync(this.fd, text, 0, text.length, START);
    this.start = START + text.length;
    try {
      /** @type {Head} */
      this.head = JSON.parse(text.toString());
    } catch {
      throw new DamagedSnapshot(file, 'its head is no JSON');
    }
    const {size} = fs.fstatSync(this.fd);
    if (size !== this.start + this.head.size) throw new DamagedSnapshot(file, 'it has another length');
  }

  /** Fill fresh memory of at least `head.bytes`. @param {Uint8Array} memory */
  restore(memory) {
    let from = this.start;
    for (const [at, length] of this.head.runs) {
      for (let done = 0; done < length;) {
        const n = fs.readSync(this.fd, memory, at + done, length - done, from);
        if (n === 0) throw new DamagedSnapshot(this.file, 'it was cut off');
        done += n;
        from += n;
      }
    }
    fs.closeSync(this.fd);
  }

  /** Are the pages those that were saved?  Reads the whole file. */
  intact() {
    const hash = createHash('sha256'), buffer = Buffer.alloc(1 << 22);
    for (let at = this.start, n; (n = fs.readSync(this.fd, buffer, 0, buffer.length, at)) > 0; at += n) {
      hash.update(buffer.subarray(0, n));
    }
    return hash.digest('hex') === this.head.sha256;
  }
}
