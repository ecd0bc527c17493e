/**
 * A second kernel for Lean 4: checks declarations in lean4export's format.
 *
 *     node main.mjs FILE.ndjson [THEOREM]
 *                                  one file by itself, in which this theorem has to be, whose axioms
 *                                  are then named: exit code 0 accepted, 1 refused, 2 undecided
 *     node main.mjs                a server: requests on stdin, answers on stdout, one JSON object a line
 *
 * Requests, each with an `id` that its answer repeats:
 *
 *     {"id":1,"op":"hello"}
 *     {"id":2,"op":"library","key":"Init","export":"…","absent":[["my","name"]]}
 *     {"id":3,"op":"check","key":"Init","export":"…","theorem":["my","name"],"fresh":true,"seconds":10}
 *     {"id":4,"op":"forget","key":"Init"}
 *
 * `library` adds trusted constants to those kept under a key: give one key to each set of imports.
 * With `fresh` the caller vouches that the library has none of the names that `export` declares.
 * `check` answers `accepted`, `refused`, `undecided` or `missing`, as `checks.mjs` has it; to `missing`
 * the caller answers with a `library` request and asks again.  The work is done in a thread with a large
 * stack, which is ended when it does not keep to its limits; the library is then lost, and asked for
 * again by `missing`.
 */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

const STACK_MB = 900;
const HEAP_MB = 1024;
const SECONDS = 10;
const GRACE_SECONDS = 2;
const ONE_SHOT_SECONDS = 3600;

/** @typedef {{ id?: number, op: string, seconds?: number, [field: string]: unknown }} Request */

/** @typedef {Record<string, unknown>} Answer */

/** Runs requests in a thread, one at a time. */
class Kernel {
  /** @param {number} heapMb */
  constructor(heapMb) {
    this.heapMb = heapMb;
    /** @type {Worker | null} */
    this.worker = null;
    /** What waits for the answer. @type {(answer: Answer) => void} */
    this.waiting = () => {};
  }

  /** @param {Request} request @returns {Promise<Answer>} */
  ask(request) {
    const worker = (this.worker ??= this.#start());
    const seconds = (request.seconds ?? SECONDS) + GRACE_SECONDS;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#lose(worker, 'time limit'), seconds * 1000);
      this.waiting = (answer) => {
        clearTimeout(timer);
        this.waiting = () => {};
        resolve(answer);
      };
      worker.postMessage({ seconds: SECONDS, ...request });
    });
  }

  close() {
    this.worker?.terminate();
    this.worker = null;
  }

  #start() {
    const limits = { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: this.heapMb };
    const options = { resourceLimits: limits, workerData: { heapMb: this.heapMb } };
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), options);
    worker.on('message', (answer) => this.waiting(answer));
    worker.on('error', (error) => this.#lose(worker, `the kernel failed: ${error.message}`));
    worker.on('exit', () => this.#lose(worker, 'the kernel ended'));
    return worker;
  }

  /** Give up a thread, and what it works on. @param {Worker} worker @param {string} reason */
  #lose(worker, reason) {
    if (worker !== this.worker) return;
    this.close();
    this.waiting({ verdict: 'undecided', reason, declaration: '', lost: true });
  }
}

/** @param {string} file @param {string} [theorem] the name, with dots */
async function checkFile(file, theorem) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
    return;
  }
  const kernel = new Kernel(4 * HEAP_MB);
  const name = theorem?.split('.').map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
  const request = {
    op: 'file',
    export: text,
    theorem: name,
    axiomsCompute: true,
    seconds: ONE_SHOT_SECONDS,
  };
  const answer = await kernel.ask(request);
  kernel.close();
  console.log(JSON.stringify(answer));
  process.exitCode = ['accepted', 'refused'].indexOf(String(answer.verdict));
  if (process.exitCode < 0) process.exitCode = 2;
}

/** @param {string} line @returns {Request | null} */
function requestOf(line) {
  try {
    const request = JSON.parse(line);
    return typeof request?.op === 'string' ? request : null;
  } catch {
    return null;
  }
}

async function serve() {
  const kernel = new Kernel(HEAP_MB);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = requestOf(line);
    const answer = request ? await kernel.ask(request) : { error: 'not a request' };
    console.log(JSON.stringify({ id: request?.id ?? 0, ...answer }));
  }
  kernel.close();
}

await (process.argv[2] ? checkFile(process.argv[2], process.argv[3]) : serve());
