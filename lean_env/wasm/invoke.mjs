// A small side module between the host and Lean.
//
// C++ code compiled by Emscripten calls what may throw through imports `invoke_<signature>(f, …)`: call
// table entry f, and if a C++ exception comes out, restore the stack pointer and note it with `setThrew`.
// Here they are WebAssembly, so that no such call crosses into JavaScript.  The module also turns the
// host's hooks into WebAssembly functions, which alone can stand in the table.
import {KIND, OP, SECTION, FUNCREF, blockType, code, functionType, moduleOf, name, signed, sized, unsigned, vector} from './wasm.mjs';

const REF_TEST = [0xfb, 0x14];
const ZERO = {'': [], i: [0x41, 0], j: [0x42, 0], f: [0x43, 0, 0, 0, 0], d: [0x44, 0, 0, 0, 0, 0, 0, 0, 0]};

/** `viij` (result first, `v` for none) as `iij:`. @param {string} name of an import `invoke_…` */
export function invokedSignature(name) {
  const [result, ...params] = name.slice('invoke_'.length);
  return `${params.join('')}:${result === 'v' ? '' : result}`;
}

/**
 * @param {string[]} invokes names of the imports `invoke_…`
 * @param {Map<string, string>} hooks host functions to pass on: name and signature
 * @param {(symbol: string) => number} slot where an exported function of Lean stands in the table
 */
export function sideModule(invokes, hooks, slot) {
  /** @type {string[]} */
  const types = [];
  const type = signature => {
    const i = types.indexOf(signature);
    return i < 0 ? types.push(signature) - 1 : i;
  };
  const callSlot = (symbol, signature) =>
    code(OP.i32Const, signed(slot(symbol)), OP.callIndirect, unsigned(type(signature)), 0);

  /** @param {string} invoke @param {number} fallback index of the host's own version */
  function body(invoke, fallback) {
    const signature = invokedSignature(invoke), [params, result] = signature.split(':');
    const args = [...params].map((_, i) => code(OP.localGet, i + 1)), stack = params.length + 1;
    return code(
      1, 1, 0x7f,                                             // one local, an i32: the stack pointer
      // some callers pass more arguments than the function takes: only JavaScript can call that
      OP.localGet, 0, OP.tableGet, 0, ...REF_TEST, signed(type(signature)), OP.i32Eqz,
      OP.if, blockType(''), OP.localGet, 0, ...args, OP.call, unsigned(fallback), OP.return, OP.end,
      callSlot('emscripten_stack_get_current', ':i'), OP.localSet, stack,
      OP.try, blockType(result),
      ...args, OP.localGet, 0, OP.callIndirect, unsigned(type(signature)), 0,
      OP.catch, 0, OP.drop,
      OP.localGet, stack, callSlot('_emscripten_stack_restore', 'i:'),
      OP.i32Const, 1, OP.i32Const, 0, callSlot('setThrew', 'ii:'), ...ZERO[result],
      OP.end, OP.end);
  }

  const outer = invokes.map(n => type(invokedSignature(n).replace(/^/, 'i')));
  const tag = type('i:');
  const imports = [
    code(name('host'), name('table'), KIND.table, FUNCREF, 0, 0),
    code(name('host'), name('exception'), KIND.tag, 0, unsigned(tag)),
    ...invokes.map((n, i) => code(name('host'), name(n), KIND.function, unsigned(outer[i]))),
    ...[...hooks].map(([n, signature]) => code(name('host'), name(n), KIND.function, unsigned(type(signature)))),
  ];
  const firstOwn = invokes.length + hooks.size;
  const bodies = invokes.map((n, i) => sized(body(n, i)));
  const exports = [
    ...invokes.map((n, i) => code(name(n), KIND.function, unsigned(firstOwn + i))),
    ...[...hooks.keys()].map((n, i) => code(name(n), KIND.function, unsigned(invokes.length + i))),
  ];
  return moduleOf([
    [SECTION.type, vector(types.map(functionType))],
    [SECTION.import, vector(imports)],
    [SECTION.function, vector(outer.map(unsigned))],
    [SECTION.export, vector(exports)],
    [SECTION.code, vector(bodies)],
  ]);
}
