// The guest's files: Lean's library and single files the host gives, all read-only, under names of their
// own; nothing else exists.  Standard input is at its end, and what is written to the standard streams
// goes to the host line by line.
import {randomFillSync} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

// Error numbers and flags as the guest's C library has them (Emscripten: WASI's errno, Linux' open).
const EBADF = 8, EINVAL = 28, ENOENT = 44, ENOTTY = 59, ERANGE = 68, EROFS = 69;
const O_ACCMODE = 3, O_CREAT = 0o100, O_TRUNC = 0o1000;
/** What Lean takes for its own program; it finds its library beside it, in /lib/lean. */
export const PROGRAM = '/bin/lean';
export const LIBRARY = '/lib/lean';
const RANDOM = '/dev/urandom';
const AT_CWD = -100;
const SEEK_SET = 0, SEEK_CUR = 1;
// struct stat of musl on wasm32; times stay 0
const STAT = {mode: 4, links: 8, size: 24, blockSize: 32, blocks: 36, bytes: 96};
const DIRECTORY = 0o040555, FILE = 0o100444;

export const SIGNATURES = {
  __syscall_openat: 'iiii:i',
  __syscall_stat64: 'ii:i',
  __syscall_lstat64: 'ii:i',
  __syscall_newfstatat: 'iiii:i',
  __syscall_fstat64: 'ii:i',
  __syscall_readlinkat: 'iiii:i',
  __syscall_getcwd: 'ii:i',
  __syscall_ioctl: 'iii:i',
  fd_read: 'iiii:i',
  fd_write: 'iiii:i',
  fd_seek: 'ijii:i',
  fd_close: 'i:i',
};

/** Bytes to lines. */
class Lines {
  #rest = Buffer.alloc(0);
  /** @param {(line: string) => void} take */
  constructor(take) { this.take = take; }

  /** @param {Buffer} bytes */
  write(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let end; (end = this.#rest.indexOf(10)) >= 0; this.#rest = this.#rest.subarray(end + 1)) {
      this.take(this.#rest.toString('utf8', 0, end));
    }
  }
}

/**
 * @typedef {{size: number, directory?: boolean, file?: string, read?: (piece: Uint8Array, at: number) => number}} Entry
 *   `file` is the name on the host; `read` fills `piece` from offset `at` on and says how far
 */

/** @param {Uint8Array} bytes @returns {Entry} */
const inMemory = bytes => ({
  size: bytes.length,
  read: (piece, at) => {
    const part = bytes.subarray(at, at + piece.length);
    piece.set(part);
    return part.length;
  },
});

/** @type {Entry} */
const randomness = {
  size: 0,
  read: piece => { piece.set(randomFillSync(Buffer.alloc(piece.length))); return piece.length; },
};

export class Files {
  /** @type {Map<number, Entry & {fd?: number, at: number}>} */
  #open = new Map();
  #next = 3;

  /**
   * @param {import('./machine.mjs').Memory} memory
   * @param {{folders?: Record<string, string>, files?: Record<string, Uint8Array>,
   *   print?: (line: string) => void, printError?: (line: string) => void}} world
   *   folders and files by the guest's names
   */
  constructor(memory, {folders = {}, files = {}, print = () => {}, printError = () => {}} = {}) {
    this.memory = memory;
    this.folders = folders;
    this.files = {[PROGRAM]: Buffer.alloc(0), ...files};
    this.streams = {1: new Lines(print), 2: new Lines(printError)};
  }

  /** Is no file open?  Only then can a snapshot be taken. */
  get idle() { return this.#open.size === 0; }

  /** @param {number} at of a C string @param {number} base the folder it is relative to @returns {Entry | undefined} */
  #find(at, base = AT_CWD) {
    const text = this.memory.string(at);
    if (base !== AT_CWD && !text.startsWith('/')) return undefined;
    const name = path.posix.resolve('/', text);
    if (Object.hasOwn(this.files, name)) return inMemory(this.files[name]);
    if (name === RANDOM) return randomness;
    const known = [...Object.keys(this.files), ...Object.keys(this.folders)];
    if (known.some(k => k.startsWith(path.posix.join(name, '/')))) return {directory: true, size: 0};
    for (const [folder, real] of Object.entries(this.folders)) {
      if (name !== folder && !name.startsWith(`${folder}/`)) continue;
      const file = path.join(real, path.posix.relative(folder, name));
      const stat = fs.lstatSync(file, {throwIfNoEntry: false});
      if (stat?.isDirectory()) return {directory: true, size: 0};
      if (stat?.isFile()) return {file, size: stat.size};
    }
    return undefined;
  }

  /** @param {Entry | undefined} entry @param {number} at */
  #stat(entry, at) {
    if (!entry) return -ENOENT;
    this.memory.u8.fill(0, at, at + STAT.bytes);
    const put = (field, value) => { this.memory.i32[(at + field) >> 2] = value; };
    put(STAT.mode, entry.directory ? DIRECTORY : FILE);
    put(STAT.links, 1);
    put(STAT.size, entry.size);
    put(STAT.blockSize, 4096);
    put(STAT.blocks, Math.ceil(entry.size / 512));
    return 0;
  }

  #openat(base, name, flags) {
    if (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) return -EROFS;
    const entry = this.#find(name, base);
    if (!entry || entry.directory) return -ENOENT;
    const fd = entry.file === undefined ? undefined : fs.openSync(entry.file, 'r');
    const read = entry.read ?? ((piece, at) => fs.readSync(fd, piece, 0, piece.length, at));
    this.#open.set(this.#next, {...entry, read, fd, at: 0});
    return this.#next++;
  }

  /** The pieces of memory that an array of `struct iovec` names. */
  * #pieces(iov, count) {
    for (let i = 0; i < count; i++) {
      const [start, length] = this.memory.u32.subarray((iov >> 2) + 2 * i, (iov >> 2) + 2 * i + 2);
      yield this.memory.u8.subarray(start, start + length);
    }
  }

  #read(fd, iov, count, done) {
    const file = this.#open.get(fd);
    if (!file && fd !== 0) return EBADF;
    let total = 0;
    for (const piece of file ? this.#pieces(iov, count) : []) {
      const n = file.read(piece, file.at);
      file.at += n;
      total += n;
      if (n < piece.length) break;
    }
    this.memory.u32[done >> 2] = total;
    return 0;
  }

  #write(fd, iov, count, done) {
    const stream = this.streams[fd];
    if (!stream) return EBADF;
    let total = 0;
    for (const piece of this.#pieces(iov, count)) {
      stream.write(Buffer.from(piece));
      total += piece.length;
    }
    this.memory.u32[done >> 2] = total;
    return 0;
  }

  #seek(fd, offset, whence, done) {
    const file = this.#open.get(fd);
    if (!file) return EBADF;
    const from = whence === SEEK_SET ? 0 : whence === SEEK_CUR ? file.at : file.size;
    file.at = Math.max(0, from + Number(offset));
    this.memory.i64[done >> 3] = BigInt(file.at);
    return 0;
  }

  #close(fd) {
    const file = this.#open.get(fd);
    if (!file) return fd > 2 ? EBADF : 0;
    if (file.fd !== undefined) fs.closeSync(file.fd);
    this.#open.delete(fd);
    return 0;
  }

  /** @returns {Record<keyof typeof SIGNATURES, Function>} */
  imports() {
    return {
      __syscall_openat: (base, name, flags) => this.#openat(base, name, flags),
      __syscall_stat64: (name, at) => this.#stat(this.#find(name), at),
      __syscall_lstat64: (name, at) => this.#stat(this.#find(name), at),
      __syscall_newfstatat: (base, name, at) => this.#stat(this.#find(name, base), at),
      __syscall_fstat64: (fd, at) => (this.#open.has(fd) ? this.#stat(this.#open.get(fd), at) : -EBADF),
      __syscall_readlinkat: (base, name) => (this.#find(name, base) ? -EINVAL : -ENOENT),
      __syscall_getcwd: (at, size) => {
        if (size < 2) return -ERANGE;
        this.memory.u8.set([0x2f, 0], at);
        return 2;
      },
      __syscall_ioctl: () => -ENOTTY,
      fd_read: (fd, iov, count, done) => this.#read(fd, iov, count, done),
      fd_write: (fd, iov, count, done) => this.#write(fd, iov, count, done),
      fd_seek: (fd, offset, whence, done) => this.#seek(fd, offset, whence, done),
      fd_close: fd => this.#close(fd),
    };
  }
}
