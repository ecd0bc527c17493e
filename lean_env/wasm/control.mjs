// What the two threads share beside Lean's memory: a few counters, and a lock.
export const POSTED = 0;        // request lines handed to Lean's thread
export const HANDLED = 1;       // of these, answered in full
export const ANSWERS = 2;       // answers given to the one in hand
export const CANCELS = 3;       // requests to cancel that Lean has not come to
export const RESTORED = 4;      // 1 once memory holds the snapshot
const LOCK = 5;                 // 1 while a thread holds it
const WORDS = 6;

export const newControl = () => new Int32Array(new SharedArrayBuffer(4 * WORDS));

/**
 * Do `work` while the other thread does none that is exclusive too, if it is not just doing some.
 * @param {Int32Array} control @param {() => void} work @returns {boolean} was it done?
 */
export function ifFree(control, work) {
  if (Atomics.compareExchange(control, LOCK, 0, 1) !== 0) return false;
  try {
    work();
  } finally {
    Atomics.store(control, LOCK, 0);
    Atomics.notify(control, LOCK);
  }
  return true;
}

/** The same, waiting for the other thread. @param {Int32Array} control @param {() => void} work */
export function exclusively(control, work) {
  while (!ifFree(control, work)) Atomics.wait(control, LOCK, 1);
}
