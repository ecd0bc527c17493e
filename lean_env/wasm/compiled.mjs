// Lean's module, compiled.  V8 can save the code of functions it has optimised and load it again; it
// checks that version, flags and CPU are the same, but not that the bytes are: the cache folder's key does.
import fs from 'node:fs';

/** V8's functions exist under the flag --allow-natives-syntax, in code that is parsed when it is needed. */
const native = (name, ...params) => new Function(...params, `return %${name}(${params})`);

/** @param {string} wasm file @param {string} [code] file, may be missing @returns {WebAssembly.Module} */
export function load(wasm, code) {
  const bytes = fs.readFileSync(wasm);
  if (code && fs.existsSync(code)) {
    const saved = fs.readFileSync(code);                  // large, so alone in its ArrayBuffer
    const module = native('DeserializeWasmModule', 'saved', 'bytes')(saved.buffer, bytes);
    if (module instanceof WebAssembly.Module) return module;
  }
  return new WebAssembly.Module(bytes);
}

/** @param {WebAssembly.Module} module @param {string} code file */
export function save(module, code) {
  fs.writeFileSync(code, Buffer.from(native('SerializeWasmModule', 'module')(module)));
}
