// Embedded Lean's own command line: checks one source file, or runs the program in it.
//
// Usage: run.mjs HOST LEAN LIBRARY ARGUMENT…
//
// Lean sees the files that the arguments name, and nothing else.  For embedded Lean every file is of the
// module system, where a program's `main` has to be public.
import fs from 'node:fs';
import path from 'node:path';

const [host, lean, library, ...args] = process.argv.slice(2);
const load = name => import(path.join(host, name));
const {Files, LIBRARY} = await load('files.mjs');
const {Machine, Memory} = await load('machine.mjs');
const compiled = await load('compiled.mjs');

const DEBUG_LINE = /^(\[DEBUG:|  - \/|  mainModule\? = )/;

const files = {};
for (const file of args.flatMap(argument => ['', '.server', '.private'].map(part => argument + part))) {
  if (!fs.existsSync(file)) continue;
  const content = fs.readFileSync(file);
  files[file] = file.endsWith('.lean')
    ? Buffer.from(content.toString().replace(/^(unsafe )?def main/m, 'public $&')) : content;
}
const print = line => { if (!DEBUG_LINE.test(line)) console.log(line); };
const memory = Memory.fresh(2 ** 31);
const world = {folders: {[LIBRARY]: library}, files, print, printError: print};
const machine = new Machine(lean, memory, process.hrtime.bigint(), world);
machine.files = new Files(memory, world);
machine.instantiate(compiled.load(path.join(lean, 'lean.wasm')));
machine.boot();
let status = 1;
try {
  status = machine.main(['-DElab.async=false', ...args]);
} catch (e) {
  status = Number(/ended with status (\d+)/.exec(e.message)?.[1] ?? 1);
  if (status) console.error(e.message);
}
process.exit(status);
