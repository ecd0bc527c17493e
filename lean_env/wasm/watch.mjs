// The thread beside Lean's: it hands request lines over, tells Lean to stop when a time is up or a
// cancel request came, and ends the process when Lean does not listen, or when nobody is left to listen to.
import {ANSWERS, CANCELS, HANDLED, POSTED, exclusively, ifFree} from './control.mjs';
import {TRUE, refValue} from './objects.mjs';
import {writeAll} from './output.mjs';

const TICK_MS = 10;
const CANCEL = /"op"\s*:\s*"cancel"/;

/** @param {string} line */
function isCancel(line) {
  if (!CANCEL.test(line)) return false;
  try {
    return JSON.parse(line).op === 'cancel';
  } catch {
    return false;
  }
}

/**
 * Which answer is missing.
 * @param {string | undefined} line the request in hand @param {number} answers given to it
 */
function missing(line, answers) {
  try {
    const {id = null, op} = JSON.parse(line ?? '');
    return {id, index: op === 'run' ? answers : -1};
  } catch {
    return {id: null, index: -1};
  }
}

/** How long what was just answered may take to be counted. */
const LAST_MS = 200;

/** End the process at once, whatever Lean does. */
export const die = () => process.kill(process.pid, 'SIGKILL');

export class Watch {
  /**
   * Lines handed over and not known to be answered, the oldest first; `first` counts those before.
   * @type {string[]}
   */
  #lines = [];
  #first = 0;
  #timer;

  /**
   * @param {Int32Array} control
   * @param {import('node:worker_threads').MessagePort} port to Lean's thread
   * @param {WebAssembly.Memory} memory Lean's
   * @param {() => number} now in ms on the guest's clock
   * @param {number} graceMs
   */
  constructor(control, port, memory, now, graceMs) {
    this.control = control;
    this.port = port;
    this.memory = memory;
    this.now = now;
    this.graceMs = graceMs;
  }

  /** @param {import('./session.mjs').Server} server */
  attach(server) {
    this.words = new Int32Array(this.memory.buffer);
    this.at = Object.fromEntries(Object.entries(server).map(([name, object]) => [name, refValue(object) >> 2]));
  }

  get #busy() { return Atomics.load(this.control, HANDLED) !== Atomics.load(this.control, POSTED); }

  /** @param {string} line */
  post(line) {
    const cancel = isCancel(line);
    this.#lines.push(line);
    if (cancel) Atomics.add(this.control, CANCELS, 1);
    this.port.postMessage({line, cancel});
    Atomics.add(this.control, POSTED, 1);
    Atomics.notify(this.control, POSTED);
    if (cancel) this.#tick();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    this.#forgetHandled();
    if (!this.#busy) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.words) {
      ifFree(this.control, () => this.#signal());
      if (this.#late() > this.graceMs) {
        this.lastWord('timeout', `did not stop within ${this.graceMs} ms after its time was up`);
      }
    }
  }

  /** Said at each tick: Lean may hold a reference's value for a moment and put it back over ours. */
  #signal() {
    const cancelled = Atomics.load(this.control, CANCELS) > 0;
    if (cancelled) Atomics.store(this.words, this.at.abort, TRUE);
    if (cancelled || this.#late() >= 0) Atomics.store(this.words, this.at.token, TRUE);
  }

  /** How many ms Lean is over its time; negative while it is not. */
  #late() {
    const deadline = Atomics.load(this.words, this.at.deadline);
    const due = deadline & 1 ? deadline >>> 1 : 0;          // a boxed number below 2^31
    return due ? this.now() - due : -1;
  }

  #forgetHandled() {
    const handled = (Atomics.load(this.control, HANDLED) - this.#first) | 0;
    this.#lines.splice(0, handled);
    this.#first = (this.#first + handled) | 0;
  }

  /** Tell the parent that Lean is lost and end. @param {string} reason @param {string} message */
  lastWord(reason, message) {
    exclusively(this.control, () => {
      try {
        this.#forgetHandled();
        const place = missing(this.#lines[0], Atomics.load(this.control, ANSWERS));
        writeAll(1, Buffer.from(`${JSON.stringify({...place, fatal: {reason, message}})}\n`));
      } finally {
        die();
      }
    });
  }

  /** The parent is gone.  Lean counts as busy for a moment after its last answer has gone out. */
  end() {
    if (!this.#busy) process.exit(0);
    setTimeout(() => (this.#busy ? die() : process.exit(0)), LAST_MS);
  }
}
