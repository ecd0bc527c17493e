/**
 * The thread that checks: answers requests of `main.mjs`, with a stack for deep terms.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { Library } from './library.mjs';
import { Refused, Undecided } from './errors.mjs';
import { checkExport } from './checks.mjs';

const VERSION = '1';

/** Part of the heap that a check may fill before it gives up. */
const SHARE_OF_HEAP = 0.85;

/** Libraries that are kept. */
const MOST_LIBRARIES = 4;

/** @type {Map<string, Library>} */
const libraries = new Map();

/** @param {string} key */
function libraryOf(key) {
  const library = libraries.get(key) ?? new Library();
  libraries.delete(key);
  libraries.set(key, library);
  if (libraries.size > MOST_LIBRARIES) libraries.delete([...libraries.keys()][0]);
  return library;
}

/** @param {any} request */
function answer(request) {
  const { export: text = '', key = '', absent = [] } = request;
  if (typeof text !== 'string' || typeof key !== 'string' || !Array.isArray(absent)) {
    return { error: 'a request with fields of other types' };
  }
  const memoryMb = workerData.heapMb * SHARE_OF_HEAP;
  const { seconds, theorem, fresh, axiomsCompute } = request;
  const options = { seconds, memoryMb, theorem, fresh, axiomsCompute };
  switch (request.op) {
    case 'hello':
      return { kernel: 'qstar', version: VERSION, format: '3.1' };
    case 'library':
      libraryOf(key).load(text, absent);
      return { constants: libraryOf(key).env.constants.size };
    case 'check':
      return checkExport(libraryOf(key), text, options);
    case 'file':
      return checkExport(new Library({ complete: true }), text, options);
    case 'forget':
      libraries.delete(key);
      return {};
    default:
      return { error: 'no such request' };
  }
}

parentPort?.on('message', (request) => {
  const began = performance.now();
  let result;
  try {
    result = answer(request);
  } catch (error) {
    if (request.op === 'library') libraries.delete(request.key);
    if (!(error instanceof Error)) throw error;
    const known = error instanceof Refused || error instanceof Undecided || error instanceof RangeError;
    result = { error: known ? error.message : `the kernel is at fault: ${error.stack}` };
  }
  parentPort?.postMessage({ ...result, ms: Math.round((performance.now() - began) * 1000) / 1000 });
});
