// The thread beside Lean's: it hands request lines over, tells Lean to stop when a time is up or a
// cancel request came, and ends the process when Lean does not listen, or when nobody is left to listen to.
import {ANSWERS, HANDLED, POSTED, withOutput} from './control.mjs';
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

/** Which answer is missing. @param {string | undefined} line the request in hand @param {number} answers given to it */
function missing(line, answers) {
  try {
    const {id = null, op} = JSON.parse(line ?? '');
    return {id, index: op === 'run' ? answers : -1};
  } catch {
    return {id: null, index: -1};
  }
}

/** End the process at once, whatever Lean does. */
export const die = () => process.kill(process.pid, 'SIGKILL');

export class Watch {
  /** Lines handed over and not known to be answered, the oldest first; `first` counts those before them. */
  #lines = [];
  #first = 0;
  #cancels = 0;
  #timer;

  /**
   * @param {{control: Int32Array, port: import('node:worker_threads').MessagePort, memory: WebAssembly.Memory,
   *   now: () => number, graceMs: number}} options  `now` in ms on the guest's clock
   */
  constructor({control, port, memory, now, graceMs}) {
    Object.assign(this, {control, port, memory, now, graceMs});
  }

  /** @param {import('./session.mjs').Server} server */
  attach(server) {
    this.words = new Int32Array(this.memory.buffer);
    this.at = Object.fromEntries(Object.entries(server).map(([name, object]) => [name, refValue(object) >> 2]));
  }

  get #busy() { return Atomics.load(this.control, HANDLED) !== Atomics.load(this.control, POSTED); }

  /** @param {Buffer} line */
  post(line) {
    const text = line.toString();
    this.#lines.push({text, cancel: isCancel(text)});
    if (this.#lines.at(-1).cancel) this.#cancels++;
    this.port.postMessage(line);
    Atomics.add(this.control, POSTED, 1);
    Atomics.notify(this.control, POSTED);
    if (this.#cancels) this.#tick();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    this.#forgetHandled();
    if (!this.#busy) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (!this.words) return;
    // Lean may hold a reference's value for a moment and put it back over ours: say it at each tick
    if (this.#cancels) this.#stop(true);
    const deadline = Atomics.load(this.words, this.at.deadline);
    const due = deadline & 1 ? deadline >> 1 : 0;           // a boxed number; below 2^31 ms
    if (!due || !this.#busy) return;
    const late = this.now() - due;
    if (late > this.graceMs) this.lastWord('timeout', `did not stop within ${this.graceMs} ms after its time was up`);
    else if (late >= 0) this.#stop(false);
  }

  #stop(abort) {
    Atomics.store(this.words, this.at.token, TRUE);
    if (abort) Atomics.store(this.words, this.at.abort, TRUE);
  }

  #forgetHandled() {
    const handled = (Atomics.load(this.control, HANDLED) - this.#first) | 0;
    for (const line of this.#lines.splice(0, handled)) if (line.cancel) this.#cancels--;
    this.#first = (this.#first + handled) | 0;
  }

  /** Tell the parent that Lean is lost and end. @param {string} reason @param {string} message */
  lastWord(reason, message) {
    withOutput(this.control, () => {
      this.#forgetHandled();
      const answer = {...missing(this.#lines[0]?.text, Atomics.load(this.control, ANSWERS)), fatal: {reason, message}};
      writeAll(1, Buffer.from(`${JSON.stringify(answer)}\n`));
      die();
    });
  }

  /** The parent is gone. */
  end() {
    if (this.#busy) die();
    process.exit(0);
  }
}
