// The thread that Lean runs on: it has the large stack.  `main.mjs` is the other one.
import fs from 'node:fs';
import v8 from 'node:v8';
import {parentPort, receiveMessageOnPort, workerData} from 'node:worker_threads';
import * as compiled from './compiled.mjs';
import {ANSWERS, CANCELS, HANDLED, POSTED, RESTORED, exclusively} from './control.mjs';
import {GuestExit, OutOfMemory, UnexpectedPackage} from './errors.mjs';
import {Machine, Memory} from './machine.mjs';
import {printer, writeAll} from './output.mjs';
import {Session} from './session.mjs';
import * as snapshot from './snapshot.mjs';

const EMPTY = Buffer.alloc(0);
const MORE = '+'.charCodeAt(0), LINE_END = Buffer.from('\n');
const DEBUG_LINE = /^(\[DEBUG:|  - \/|  mainModule\? = )/;          // the package was built with these
const TIER_UP_MS = 2000;                // V8 optimises in the background
// How much of a function V8 lets run before it optimises it.  The usual amount leaves out most of what a
// proof needs once, and each new process would compile that anew, for a third of a second.
const tierUpAfter = work => v8.setFlagsFromString(`--wasm-tiering-budget=${work}`);
const EAGERLY = 5_000, USUALLY = 13_000_000;

/**
 * What this thread is to do, from `main.mjs`.  With `head` it resumes a snapshot, else it runs `program`.
 * @typedef {{
 *   task: 'serve' | 'save' | 'warm',
 *   folder: string, wasm: string, code: string,
 *   memory: WebAssembly.Memory, maximum: number, origin: bigint,
 *   control: Int32Array, port: import('node:worker_threads').MessagePort,
 *   debug: boolean,
 *   head?: import('./snapshot.mjs').Head,
 *   program?: {args: string[], folders: Record<string, string>, files: Record<string, Uint8Array>},
 *   file?: string, requests?: object[], rounds?: number,
 * }} Job
 */

const newMachine = (job, world) => new Machine(job.folder, new Memory(job.memory, job.maximum), job.origin, world);

/** @param {Job} job @returns {Session} */
function resume(job, module) {
  const print = job.debug ? printer(2) : () => {};
  const machine = newMachine(job, {print, printError: print});
  Atomics.wait(job.control, RESTORED, 0);
  machine.instantiate(module);
  job.head.globals.forEach((value, i) => { machine.state[i].value = value; });
  return new Session(machine, job.head.server);
}

/** @param {Job} job @returns {Session} */
function start(job, module) {
  const print = line => { if (job.debug || !DEBUG_LINE.test(line)) printer(2)(line); };
  const {args, folders, files} = job.program;
  const machine = newMachine(job, {folders, files, print, printError: print});
  machine.instantiate(module);
  machine.boot();
  return Session.start(machine, args);
}

/** Answer request lines as they come, for ever. @param {Job} job @param {Session} session */
function serve({control, port}, session) {
  for (let taken = 0; ; taken = (taken + 1) | 0) {
    while (Atomics.load(control, POSTED) === taken) Atomics.wait(control, POSTED, taken);
    const {line, cancel} = receiveMessageOnPort(port).message;
    if (cancel) Atomics.sub(control, CANCELS, 1);
    for (let next = Buffer.from(line), more = true; more; next = EMPTY) {
      // what the watch said about the call before must not reach this one
      exclusively(control, () => session.signal(Atomics.load(control, CANCELS) > 0));
      const answer = session.call(next);
      more = answer[0] === MORE;
      exclusively(control, () => {
        writeAll(1, Buffer.concat([answer.subarray(1), LINE_END]));
        Atomics.add(control, ANSWERS, 1);
      });
    }
    Atomics.store(control, ANSWERS, 0);
    Atomics.add(control, HANDLED, 1);
  }
}

/** One round of the warm-up requests: each gets its id, and the header, state or terms that came before it. */
function warmRound(session, requests) {
  const newest = {header: 0, state: 0, ms: 5000, heartbeats: 200_000};
  let terms;
  requests.forEach((request, id) => {
    const line = JSON.stringify({id, ...newest, ...request, ...(request.op === 'judge' && {export: terms})});
    for (let next = Buffer.from(line), more = true; more; next = EMPTY) {
      const answer = session.call(next);
      more = answer[0] === MORE;
      const {ok, error} = JSON.parse(answer.subarray(1).toString());
      if (error) throw new Error(`the warm-up request ${request.op} failed: ${error.message}`);
      newest.header = ok?.header ?? newest.header;
      newest.state = ok?.state?.id ?? newest.state;
      terms = ok?.export ?? terms;
    }
  });
}

/** Serve some requests without an audience, so that V8 optimises what they need, and save its code. */
async function warm(job, session, module) {
  for (let round = 0; round < job.rounds; round++) warmRound(session, job.requests);
  await new Promise(resolve => setTimeout(resolve, TIER_UP_MS));
  tierUpAfter(USUALLY);                 // V8 loads code only under the flags it was saved with
  compiled.save(module, job.file);
}

/** @param {Error} error */
function lastWord(error) {
  if (error instanceof OutOfMemory) return {reason: 'memory', message: error.message};
  if (error instanceof RangeError) return {reason: 'crash', message: `stack overflow (${error.message})`};
  const ours = error instanceof GuestExit || error instanceof UnexpectedPackage;
  const message = error?.message ?? 'nobody caught a C++ exception';
  return {reason: 'crash', message: ours ? message : `${error?.constructor?.name}: ${message}`};
}

/** @param {Job} job */
async function run(job) {
  if (job.task === 'warm') tierUpAfter(EAGERLY);
  const module = compiled.load(job.wasm, job.code);
  const session = job.head ? resume(job, module) : start(job, module);
  parentPort.postMessage({server: session.server});
  if (job.task === 'serve') serve(job, session);
  else if (job.task === 'save') parentPort.postMessage({done: snapshot.save(session, job.file)});
  else parentPort.postMessage({done: await warm(job, session, module)});
}

run(workerData).catch(error => {
  if (workerData.debug) fs.writeSync(2, `${error?.stack}\n`);
  parentPort.postMessage({fatal: lastWord(error)});
});
