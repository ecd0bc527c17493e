// One instance of Lean in WebAssembly: its memory, its function table, and how it starts.
import fs from 'node:fs';
import path from 'node:path';
import {REPLACED, STATE_GLOBAL} from './abi.mjs';
import {expect, OutOfMemory, Unwind} from './errors.mjs';
import {Exceptions} from './exceptions.mjs';
import {Files} from './files.mjs';
import {importObject} from './imports.mjs';
import {invokedSignature} from './invoke.mjs';
import {Objects} from './objects.mjs';
import {Symbols} from './symbols.mjs';
import {Tasks} from './tasks.mjs';

export const PAGE = 65536;
const FRESH_BYTES = 16 << 20;           // what the build of the package starts with
const MOST_BYTES = 2 ** 31;             // what it allows: 32768 pages
const GROWTH = 1.2;
// The build gives the main thread 64 KiB of stack in linear memory and does not notice when it is full.
const STACK_BYTES = 64 << 20;
const GUARD_BYTES = 4096;               // the end of the stack, which stays 0 unless it overflowed

const inMiB = bytes => Math.ceil(bytes / 2 ** 20);

/** Linear memory, shared with the watching thread. */
export class Memory {
  /** @param {WebAssembly.Memory} memory @param {number} maximum bytes */
  constructor(memory, maximum) {
    this.memory = memory;
    this.maximum = maximum;
    this.#view();
  }

  /** @param {number} bytes to start with @param {number} maximum bytes */
  static create(bytes, maximum) {
    const most = Math.min(maximum, MOST_BYTES);
    if (bytes > most) {
      throw new OutOfMemory(`Lean starts with ${inMiB(bytes)} MiB, more than its limit of ${inMiB(most)} MiB`);
    }
    const memory = new WebAssembly.Memory({initial: bytes / PAGE, maximum: most / PAGE, shared: true});
    return new Memory(memory, most);
  }

  static fresh(maximum) { return Memory.create(FRESH_BYTES, maximum); }

  #view() {
    const {buffer} = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
  }

  /** Called by the guest's allocator. @param {number} bytes the size it needs in all @returns {1} */
  grow(bytes) {
    const old = this.u8.length;
    if (bytes > this.maximum) throw new OutOfMemory(`Lean reached its memory limit of ${inMiB(this.maximum)} MiB`);
    const wanted = Math.min(this.maximum, Math.max(bytes, old * GROWTH));
    try {
      this.memory.grow(Math.ceil((wanted - old) / PAGE));
    } catch (e) {
      throw new OutOfMemory(`the machine has no memory left for Lean: ${e.message}`);
    }
    this.#view();
    return 1;
  }

  /** The bytes of a C string, without the NUL; a copy. @param {number} at */
  bytesOf(at) { return Buffer.from(this.u8.slice(at, this.u8.indexOf(0, at))); }

  /** @param {number} at */
  string(at) { return this.bytesOf(at).toString('utf8'); }

  putString(at, text, size) {
    const bytes = Buffer.from(`${text.slice(0, size - 1)}\0`);
    this.u8.set(bytes, at);
  }

  /** @param {string} text @param {(bytes: number) => number} malloc */
  cString(text, malloc) {
    const size = Buffer.byteLength(text) + 1, at = malloc(size);
    this.putString(at, text, size);
    return at;
  }
}

export class Machine {
  /** Exported functions of Lean; filled once the module is instantiated. @type {Record<string, (...args: any[]) => any>} */
  calls = {};

  /**
   * @param {string} folder with the derived files
   * @param {Memory} memory
   * @param {bigint} origin where the guest's clock is 0, on the clock `process.hrtime`
   * @param {object} world what the guest sees (`files.mjs`)
   */
  constructor(folder, memory, origin, world = {}) {
    this.folder = folder;
    this.memory = memory;
    this.facts = JSON.parse(fs.readFileSync(path.join(folder, 'lean.json'), 'utf8'));
    this.symbols = new Symbols(path.join(folder, 'lean.sym'));
    this.now = () => process.hrtime.bigint() - origin;
    this.clock = this.now;
    this.objects = new Objects(this);
    this.exceptions = new Exceptions(this);
    this.files = new Files(memory, world);
    this.tasks = new Tasks(this);
  }

  /** Instantiate; memory that a snapshot was restored to is left as it is. @param {WebAssembly.Module} module */
  instantiate(module) {
    const table = this.table = new WebAssembly.Table({initial: this.facts.tableSize, element: 'anyfunc'});
    const imports = importObject(this);
    const side = this.#sideModule(table);
    for (const name of Object.keys(side)) if (name.startsWith('invoke_')) imports.env[name] = side[name];
    imports.env.memory = this.memory.memory;
    imports.env.__indirect_function_table = table;
    const {exports} = new WebAssembly.Instance(module, imports);
    Object.assign(this.calls, Object.fromEntries(Object.entries(exports).filter(([, e]) => typeof e === 'function')));
    this.state = Object.entries(exports)
      .filter(([n]) => n.startsWith(STATE_GLOBAL))
      .map(([, global]) => /** @type {WebAssembly.Global} */ (global));
    Object.keys(REPLACED).forEach((hook, i) => table.set(this.facts.hookSlot + i, side[hook]));
  }

  /** The module of `invoke.mjs`, with JavaScript versions for calls of another number of arguments. */
  #sideModule(table) {
    /** @type {Record<string, any>} */
    const host = {table, exception: this.exceptions.tag, ...this.tasks.hooks()};
    for (const {name} of this.facts.imports) {
      if (name.startsWith('invoke_')) host[name] = this.#invoker(table, invokedSignature(name).endsWith(':j') ? 0n : 0);
    }
    const bytes = fs.readFileSync(path.join(this.folder, 'invoke.wasm'));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), {host}).exports;
  }

  #invoker(table, zero) {
    return (slot, ...args) => {
      const stack = this.calls.emscripten_stack_get_current();
      try {
        return table.get(slot)(...args);
      } catch (e) {
        if (!(e instanceof WebAssembly.Exception && e.is(this.exceptions.tag))) throw e;
        this.calls._emscripten_stack_restore(stack);
        this.calls.setThrew(1, 0);
        return zero;
      }
    };
  }

  /** Run the static constructors and move the stack to a larger place. */
  boot() {
    this.calls.__wasm_call_ctors();
    const low = (this.calls.malloc(STACK_BYTES + 16) + 15) & ~15;
    this.calls.emscripten_stack_set_limits(low + STACK_BYTES, low);
    this.calls._emscripten_stack_restore(low + STACK_BYTES);
    this.memory.u8.fill(0, low, low + GUARD_BYTES);
  }

  /** Was there always room on the stack in linear memory?  If not, other data may be damaged. */
  get stackHeld() {
    const end = this.calls.emscripten_stack_get_end() >> 2;
    return this.memory.i32.subarray(end, end + GUARD_BYTES / 4).every(word => word === 0);
  }

  /** Lean's `main`. @param {string[]} args @returns {number} its status */
  main(args) {
    const {calls, memory} = this, argv = calls.malloc(4 * (args.length + 2));
    ['lean', ...args].forEach((arg, i) => { memory.i32[(argv >> 2) + i] = memory.cString(arg, calls.malloc); });
    memory.i32[(argv >> 2) + args.length + 1] = 0;
    return calls.__main_argc_argv(args.length + 1, argv);
  }

  /**
   * Run `main` until it reads the clock after it said `ready`, and leave it there: its frames stay on
   * the stack in linear memory, since what it owns is still in use.
   * @param {string[]} args @param {() => boolean} ready
   * @returns {boolean} false when `main` ended by itself
   */
  runUntil(args, ready) {
    let stack = 0;
    this.clock = () => {
      if (!ready()) return this.now();
      stack = this.calls.emscripten_stack_get_current();
      throw new Unwind();
    };
    try {
      this.main(args);
      return false;
    } catch (e) {
      if (!(e instanceof Unwind)) throw e;
    } finally {
      this.clock = this.now;
    }
    this.calls._emscripten_stack_restore(stack);
    this.tasks.drain();
    expect(this.objects.selfTest(), 'objects of Lean have another layout');
    return true;
  }

  /** Can a snapshot be taken: does nothing of the guest live outside its memory? */
  get idle() { return this.tasks.idle && this.exceptions.idle && this.files.idle; }
}
