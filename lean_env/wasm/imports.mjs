// Everything the guest can ask of the host.  What is not here does not exist for it: system calls fail
// with "not permitted", other functions end the process.
import {randomFillSync} from 'node:crypto';
import {SIGNATURES as EXCEPTIONS} from './exceptions.mjs';
import {PROGRAM, SIGNATURES as FILES} from './files.mjs';
import {GuestExit} from './errors.mjs';

const EPERM = 63, EAGAIN = 6;
const REALTIME = 0;
const MAIN_THREAD_STACK = 65536;

const SYSTEM = {
  _emscripten_init_main_thread_js: 'i:',
  _emscripten_thread_mailbox_await: 'i:',
  emscripten_check_blocking_allowed: ':',
  __pthread_create_js: 'iiii:i',
  emscripten_num_logical_cores: ':i',
  emscripten_get_heap_max: ':i',
  emscripten_resize_heap: 'i:i',
  emscripten_asm_const_int: 'iii:i',
  _emscripten_get_progname: 'ii:',
  _dlsym_js: 'iii:i',
  environ_sizes_get: 'ii:i',
  environ_get: 'ii:i',
  random_get: 'ii:i',
  clock_time_get: 'iji:i',
  emscripten_get_now: ':d',
  emscripten_date_now: ':d',
  exit: 'i:',
  proc_exit: 'i:',
  _abort_js: ':',
  __assert_fail: 'iiii:',
};

/** The imports that the host serves, with the signatures it expects. @type {Record<string, string>} */
export const IMPORTS = {...EXCEPTIONS, ...FILES, ...SYSTEM};

/** @param {import('./machine.mjs').Machine} machine */
function system(machine) {
  const {memory, calls, facts, symbols} = machine;
  const now = () => machine.clock();
  const exit = status => { throw new GuestExit(`Lean ended with status ${status}`); };
  return {
    _emscripten_init_main_thread_js: thread => {
      calls._emscripten_thread_init(thread, 1, 1, 1, MAIN_THREAD_STACK, 0);
      calls._emscripten_tls_init();
    },
    _emscripten_thread_mailbox_await: () => {},
    emscripten_check_blocking_allowed: () => {},
    __pthread_create_js: () => EAGAIN,
    emscripten_num_logical_cores: () => 1,
    emscripten_get_heap_max: () => memory.maximum | 0,
    emscripten_resize_heap: bytes => memory.grow(bytes >>> 0),
    // the snippets of JavaScript in Lean's sources: all but one print debug lines
    emscripten_asm_const_int: snippet => (snippet === facts.pathSnippet ? memory.cString(PROGRAM, calls.malloc) : 0),
    _emscripten_get_progname: (at, size) => memory.putString(at, PROGRAM, size),
    _dlsym_js: (_handle, name) => symbols.find(memory.bytesOf(name)),
    environ_sizes_get: (count, size) => { memory.u32[count >> 2] = memory.u32[size >> 2] = 0; return 0; },
    environ_get: () => 0,
    random_get: (at, size) => { memory.u8.set(randomFillSync(Buffer.alloc(size)), at); return 0; },
    clock_time_get: (clock, _precision, at) => {
      memory.i64[at >> 3] = clock === REALTIME ? BigInt(Date.now()) * 1_000_000n : now();
      return 0;
    },
    emscripten_get_now: () => Number(now()) / 1e6,
    emscripten_date_now: () => Date.now(),
    exit,
    proc_exit: exit,
    _abort_js: () => { throw new GuestExit('Lean aborted'); },
    __assert_fail: (condition, file, line) => {
      throw new GuestExit(`assertion failed in Lean: ${memory.string(condition)} (${memory.string(file)}:${line})`);
    },
  };
}

function refuse(name) {
  if (name.startsWith('__syscall_')) return () => -EPERM;
  if (name.startsWith('fd_')) return () => EPERM;
  return () => { throw new GuestExit(`Lean called \`${name}\`, which this host does not give it`); };
}

/** The imports of Lean's module, without the side module's. @param {import('./machine.mjs').Machine} machine */
export function importObject(machine) {
  const served = {...machine.exceptions.imports(), ...machine.files.imports(), ...system(machine)};
  const object = {env: {}, wasi_snapshot_preview1: {}, 'GOT.func': {}};
  for (const {module, name} of machine.facts.imports) {
    if (!name.startsWith('invoke_')) object[module][name] = served[name] ?? refuse(name);
  }
  for (const [name, address] of Object.entries(machine.facts.addresses)) {
    object['GOT.func'][name] = new WebAssembly.Global({value: 'i32', mutable: true}, address);
  }
  return object;
}
