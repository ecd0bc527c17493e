// What the two threads share beside Lean's memory: a few counters.
export const POSTED = 0;        // request lines handed to Lean's thread
export const HANDLED = 1;       // of these, answered in full
export const ANSWERS = 2;       // answers given to the one in hand
export const OUTPUT = 3;        // 1 while a thread writes to standard output
export const RESTORED = 4;      // 1 once memory holds the snapshot
const WORDS = 5;

export const newControl = () => new Int32Array(new SharedArrayBuffer(4 * WORDS));

/** Hold standard output while `work` runs: answers and a last word must not mix. */
export function withOutput(control, work) {
  while (Atomics.compareExchange(control, OUTPUT, 0, 1) !== 0) Atomics.wait(control, OUTPUT, 1);
  work();
  Atomics.store(control, OUTPUT, 0);
  Atomics.notify(control, OUTPUT);
}
