// Embedded Lean as a compiler: writes the .olean files of one source file, whose module imports others.
//
// Usage: compile.mjs HOST LEAN LIBRARY SOURCE OLEAN
//
// Unlike the real host it lets Lean write, into memory.  For embedded Lean every file is of the module system,
// so there are up to three files.
import fs from 'node:fs';
import path from 'node:path';

const [host, lean, library, source, olean] = process.argv.slice(2);
const load = name => import(path.join(host, name));
const {Files, LIBRARY} = await load('files.mjs');
const {Machine, Memory} = await load('machine.mjs');
const compiled = await load('compiled.mjs');

const O_CREAT = 0o100, FIRST = 1 << 20;
const SOURCE = '/source.lean', OLEAN = '/made.olean';
const DEBUG_LINE = /^(\[DEBUG:|  - \/|  mainModule\? = )/;

class Writable extends Files {
  /** @type {{name: string, pieces: Buffer[]}[]} */
  written = [];

  imports() {
    const base = super.imports(), {memory, written} = this;
    const mine = fd => written[fd - FIRST];
    return {
      ...base,
      __syscall_openat: (at, name, flags, ...rest) => {
        if (!(flags & O_CREAT)) return base.__syscall_openat(at, name, flags, ...rest);
        written.push({name: memory.string(name), pieces: []});
        return FIRST + written.length - 1;
      },
      fd_write: (fd, iov, count, done) => {
        if (!mine(fd)) return base.fd_write(fd, iov, count, done);
        const spans = memory.u32.slice(iov >> 2, (iov >> 2) + 2 * count);
        let total = 0;
        for (let i = 0; i < spans.length; i += 2) {
          mine(fd).pieces.push(Buffer.from(memory.u8.slice(spans[i], spans[i] + spans[i + 1])));
          total += spans[i + 1];
        }
        memory.u32[done >> 2] = total;
        return 0;
      },
      fd_close: fd => (mine(fd) ? 0 : base.fd_close(fd)),
      __syscall_renameat: () => 0,
    };
  }
}

const print = line => { if (!DEBUG_LINE.test(line)) console.log(line.replace(SOURCE, source)); };
const memory = Memory.fresh(2 ** 31);
const world = {folders: {[LIBRARY]: library}, files: {[SOURCE]: fs.readFileSync(source)}, print, printError: print};
const machine = new Machine(lean, memory, process.hrtime.bigint(), world);
const files = machine.files = new Writable(memory, world);
machine.instantiate(compiled.load(path.join(lean, 'lean.wasm')));
machine.boot();
let status = 0;
try {
  status = machine.main(['-DElab.async=false', '-o', OLEAN, SOURCE]);
} catch (e) {
  status = Number(/ended with status (\d+)/.exec(e.message)?.[1] ?? 1);
  if (status) console.error(e.message);
}
if (status === 0) {
  for (const part of ['', '.server', '.private']) {
    const made = files.written.find(({name}) => name.replace('//', '/').startsWith(`${OLEAN}${part}.tmp`));
    if (made) fs.writeFileSync(olean + part, Buffer.concat(made.pieces));
  }
}
process.exit(status);
