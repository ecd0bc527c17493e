// From the npm package to what this host runs.
//
// Stock `lean.wasm` exports 200,000 names, so that instantiating it takes seconds, and `lean.js` (89 MB)
// exists to list them.  Here the names go into a symbol file, each exported function gets a place in the
// function table (function indices do not change), and the imports are served by the host alone:
// `lean.js` is only asked which of its embedded snippets returns the program's path.
import fs from 'node:fs';
import path from 'node:path';
import {createHash} from 'node:crypto';
import {CALLED, REPLACED, STATE_GLOBAL} from './abi.mjs';
import {declarationList} from './declarations.mjs';
import {IMPORTS} from './imports.mjs';
import {expect} from './errors.mjs';
import {invokedSignature, sideModule} from './invoke.mjs';
import {packSymbols} from './symbols.mjs';
import {FUNCREF, KIND, Module, OP, Reader, SECTION, code, name, signed, sized, unsigned, vector} from './wasm.mjs';

const SNIPPETS = 'var ASM_CONSTS={';
const PATH_SNIPPET = 'path="/bin/lean.wasm"';

/** The address that stands for the snippet of `lean.js` which returns the program's path. @param {Buffer} glue */
export function pathSnippet(glue) {
  const start = glue.indexOf(SNIPPETS);
  expect(start >= 0 && glue.indexOf(SNIPPETS, start + 1) < 0, `\`${SNIPPETS}\` stands not exactly once in lean.js`);
  const end = glue.indexOf(PATH_SNIPPET, start);
  expect(end >= 0 && glue.indexOf(PATH_SNIPPET, end + 1) < 0, `\`${PATH_SNIPPET}\` stands not exactly once in lean.js`);
  const keys = [...glue.toString('latin1', start, end).matchAll(/[{,](\d+):(?:function\([^)]*\)|\([^)]*\)=>|\$0=>)\{/g)];
  expect(keys.length > 0, 'the snippets of lean.js have an unknown form');
  return Number(keys.at(-1)[1]);
}

/** The functions of a module by name, with their signatures. */
function exportedFunctions(wasm, types, imports) {
  const ownTypes = wasm.functions(), imported = imports.filter(i => i.kind === KIND.function).length;
  const functions = new Map();
  for (const e of wasm.exports()) {
    if (e.kind === KIND.function) functions.set(e.name, {index: e.index, type: ownTypes[e.index - imported]});
  }
  const check = (symbol, signature) => {
    const f = functions.get(symbol);
    expect(f, `lean.wasm does not export ${symbol}`);
    expect(types[f.type] === signature, `${symbol} has the signature ${types[f.type]}, not ${signature}`);
  };
  for (const [symbol, signature] of Object.entries(CALLED)) check(symbol, signature);
  for (const {symbol, signature} of Object.values(REPLACED)) check(symbol, signature);
  return {functions, imported};
}

/** @param {import('./wasm.mjs').Import[]} imports */
function checkImports(imports) {
  const memory = imports.filter(i => i.kind === KIND.memory);
  expect(memory.length === 1 && memory[0].shared, 'lean.wasm does not import one shared memory');
  for (const i of imports) {
    if (i.kind === KIND.global) expect(i.module === 'GOT.func', `lean.wasm imports the global ${i.module}.${i.name}`);
    if (i.kind !== KIND.function) continue;
    const known = i.name.startsWith('invoke_') ? `i${invokedSignature(i.name)}` : IMPORTS[i.name];
    const same = known === undefined || known === i.signature;
    expect(same, `the import ${i.name} has the signature ${i.signature}, not ${known}`);
  }
  const names = new Set(imports.map(i => i.name));
  for (const known of Object.keys(IMPORTS)) expect(names.has(known), `lean.wasm does not import ${known}`);
}

/**
 * Gives each exported function and those imported functions whose address Lean takes a slot of the table.
 * @returns {{symbols: [string, number][], added: number[], addresses: Record<string, number>, size: number}}
 */
function layOutTable(wasm, imports, functions, globals) {
  const {base, functions: placed} = wasm.elements(), first = wasm.tableSize();
  expect(base + placed.length <= first, 'the element segment of lean.wasm is longer than its table');
  const slots = new Map(), added = [];
  placed.forEach((f, i) => { if (!slots.has(f)) slots.set(f, base + i); });
  const slotOf = index => {
    if (!slots.has(index)) slots.set(index, first + added.push(index) - 1);
    return slots.get(index);
  };
  /** @type {[string, number][]} */
  const symbols = [];
  for (const [symbol, {index}] of functions) symbols.push([symbol, slotOf(index)]);
  const importIndex = new Map(imports.filter(i => i.kind === KIND.function).map((i, index) => [i.name, index]));
  /** @type {Record<string, number>} */
  const addresses = {};
  for (const {name: symbol, kind} of imports) {
    if (kind !== KIND.global) continue;
    const index = functions.get(symbol)?.index ?? importIndex.get(symbol);
    addresses[symbol] = index === undefined ? 0 : slotOf(index);         // graphics and sound: nobody serves them
  }
  const importedGlobals = imports.filter(i => i.kind === KIND.global).length;
  for (const e of wasm.exports()) {
    const value = e.kind === KIND.global ? globals[e.index - importedGlobals].value : undefined;
    if (value !== undefined) symbols.push([e.name, value]);
  }
  return {symbols, added, addresses, size: first + added.length};
}

/** The code section with the bodies of the replaced functions calling table slots from `slot` on. */
function replaceBodies(wasm, {functions, imported}, slot) {
  const bodies = new Map(Object.values(REPLACED).map(({symbol, signature}, i) => {
    const {index, type} = functions.get(symbol), params = signature.indexOf(':');
    const args = Array.from({length: params}, (_, k) => code(OP.localGet, k));
    const call = code(OP.i32Const, signed(slot + i), OP.callIndirect, unsigned(type), 0);
    return [index - imported, code(0, ...args, call, OP.end)];
  }));
  const {start, end} = wasm.section(SECTION.code), r = new Reader(wasm.bytes, start);
  const count = r.unsigned(), parts = [];
  let from = start;
  for (let i = 0; i < count; i++) {
    const at = r.at, length = r.unsigned();
    r.at += length;
    const body = bodies.get(i);
    if (!body) continue;
    parts.push(wasm.bytes.subarray(from, at), sized(body));
    from = r.at;
  }
  expect(r.at === end, 'the code section of lean.wasm is cut off');
  return [...parts, wasm.bytes.subarray(from, end)];
}

function newExports(functions, imports, globals) {
  const importedGlobals = imports.filter(i => i.kind === KIND.global).length;
  const kept = Object.keys(CALLED).map(n => code(name(n), KIND.function, unsigned(functions.get(n).index)));
  const mutable = globals.flatMap((g, i) => (g.mutable ? [importedGlobals + i] : []));
  const state = mutable.map((index, i) => code(name(STATE_GLOBAL + i), KIND.global, unsigned(index)));
  return vector([...kept, ...state]);
}

/** The import section with the table added: it belongs to the host, which the side module shares it with. */
function newImports(wasm, size) {
  const {start, end} = wasm.section(SECTION.import), r = new Reader(wasm.bytes, start), count = r.unsigned();
  const table = [name('env'), name('__indirect_function_table'), code(KIND.table, FUNCREF, 0, unsigned(size))];
  return [unsigned(count + 1), wasm.bytes.subarray(r.at, end), ...table];
}

/** Write the pieces one after the other and hash them on the way. */
function write(file, pieces) {
  const fd = fs.openSync(file, 'w'), hash = createHash('sha256');
  for (const piece of pieces) {
    hash.update(piece);
    for (let at = 0; at < piece.length;) at += fs.writeSync(fd, piece, at);
  }
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  return hash.digest('hex');
}

/** @param {string} from folder with lean.js and lean.wasm @param {string} to folder to fill */
export function derive(from, to) {
  const snippet = pathSnippet(fs.readFileSync(path.join(from, 'lean.js')));
  const wasm = new Module(fs.readFileSync(path.join(from, 'lean.wasm')));
  const types = wasm.types(), imports = wasm.imports(types), globals = wasm.globals();
  checkImports(imports);
  const exported = exportedFunctions(wasm, types, imports);
  const table = layOutTable(wasm, imports, exported.functions, globals);
  const added = code(0, OP.i32Const, signed(wasm.tableSize()), OP.end, vector(table.added.map(unsigned)));
  const hooks = Object.keys(REPLACED), size = table.size + hooks.length;
  const sections = {
    [SECTION.import]: newImports(wasm, size),
    [SECTION.table]: [],
    [SECTION.export]: [newExports(exported.functions, imports, globals)],
    [SECTION.element]: [unsigned(2), wasm.elements().body, added],
    [SECTION.code]: replaceBodies(wasm, exported, table.size),
  };
  const pieces = [wasm.bytes.subarray(0, 8)];
  for (const s of wasm.sections) {
    const body = sections[s.id] ?? [wasm.bytes.subarray(s.start, s.end)];
    if (body.length === 0) continue;
    pieces.push(code(s.id, unsigned(body.reduce((n, b) => n + b.length, 0))), ...body);
  }
  const id = write(path.join(to, 'lean.wasm'), pieces);
  const slots = new Map(table.symbols), invokes = imports.map(i => i.name).filter(n => n.startsWith('invoke_'));
  const hookTypes = new Map(hooks.map(n => [n, REPLACED[n].signature]));
  write(path.join(to, 'invoke.wasm'), [sideModule(invokes, hookTypes, symbol => slots.get(symbol))]);
  write(path.join(to, 'lean.sym'), [packSymbols(table.symbols)]);
  const signatures = new Map([...exported.functions].map(([symbol, {type}]) => [symbol, types[type]]));
  write(path.join(to, 'lean.decls'), [declarationList(table.symbols, signatures)]);
  const served = imports.filter(i => i.kind === KIND.function);
  const facts = {
    id, tableSize: size, hookSlot: table.size, pathSnippet: snippet, addresses: table.addresses,
    imports: served.map(i => ({module: i.module, name: i.name})),
  };
  fs.writeFileSync(path.join(to, 'lean.json'), JSON.stringify(facts));
  return facts;
}

/** Is the module in `folder` the one that was derived? @param {string} folder */
export function intact(folder) {
  const {id} = JSON.parse(fs.readFileSync(path.join(folder, 'lean.json'), 'utf8'));
  return createHash('sha256').update(fs.readFileSync(path.join(folder, 'lean.wasm'))).digest('hex') === id;
}
