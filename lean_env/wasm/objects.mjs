// Lean's objects in linear memory.  `selfTest` checks at each boot that they look as this file says.

// Lean objects (lean.h): a header, then fields of 4 bytes.
const RC = 0, TAG = 7, FIELDS = 8;
const TAGS = {closure: 245, string: 249, task: 252, ref: 253};
const STRING_SIZE = 8, STRING_LENGTH = 16, STRING_DATA = 20;        // the size counts the final NUL
const CLOSURE_ARITY = 12, CLOSURE_FIXED = 14;
const RESULT_ERROR = 1;                                             // constructor of `EStateM.Result`
const TASK_VALUE = 8, TASK_IMPLEMENTATION = 12;
const WORK_CLOSURE = 0, WORK_PRIORITY = 12, PRIORITY_SYNC = -1;     // lean_task_imp

/** A small natural number or a constructor without fields. @param {number} n */
export const box = n => n * 2 + 1;
export const FALSE = box(0), TRUE = box(1);
/** Where the value of an `IO.Ref` lies. @param {number} ref */
export const refValue = ref => ref + FIELDS;

/** Lean objects in the memory of a machine. */
export class Objects {
  /** @param {import('./machine.mjs').Machine} machine */
  constructor(machine) {
    this.memory = machine.memory;
    this.calls = machine.calls;
  }

  #tag(object) { return this.memory.u8[object + TAG]; }
  #word(address) { return this.memory.i32[address >> 2]; }

  isClosure(object) { return this.#tag(object) === TAGS.closure; }
  isRef(object) { return this.#tag(object) === TAGS.ref; }
  isTask(object) { return this.#tag(object) === TAGS.task; }

  /** How many arguments a closure still wants. @param {number} closure */
  missing(closure) {
    const half = field => this.memory.u16[(closure + field) >> 1];
    return half(CLOSURE_ARITY) - half(CLOSURE_FIXED);
  }

  /** Own `object` once more.  A negative count is that of a shared object, 0 of one that lives for ever. */
  retain(object) {
    const count = this.#word(object + RC);
    if (count) this.memory.i32[(object + RC) >> 2] = count + Math.sign(count);
  }

  release(object) {
    const count = this.#word(object + RC);
    if (count > 1) this.memory.i32[(object + RC) >> 2] = count - 1;
    else if (count) this.calls.lean_dec_ref_cold(object);
  }

  /** @param {Uint8Array} utf8 @returns {number} a new Lean string */
  makeString(utf8) {
    const at = this.calls.malloc(utf8.length + 1);
    this.memory.u8.set(utf8, at);
    const string = this.calls.lean_mk_string_from_bytes(at, utf8.length);
    this.calls.free(at);
    return string;
  }

  /** A copy of the UTF-8 text of a Lean string. @param {number} string */
  readString(string) {
    const size = this.#word(string + STRING_SIZE) - 1;
    return Buffer.from(this.memory.u8.slice(string + STRING_DATA, string + STRING_DATA + size));
  }

  /** What an `IO` action returned: its value, or nothing when it threw. @param {number} result */
  resultValue(result) {
    return this.#tag(result) === RESULT_ERROR ? undefined : this.#word(result + FIELDS);
  }

  taskDone(task) { return this.#word(task + TASK_VALUE) !== 0; }

  /** Must this task run on the thread that makes it, at once? @param {number} task */
  taskIsSync(task) {
    const work = this.#word(task + TASK_IMPLEMENTATION);
    if (!this.isTask(task) || !this.isClosure(this.#word(work + WORK_CLOSURE))) throw new Error('a task without work');
    return this.#word(work + WORK_PRIORITY) === PRIORITY_SYNC;
  }

  /** The items of a Lean list. @param {number} list */
  * list(list) {
    for (; !(list & 1); list = this.#word(list + FIELDS + 4)) yield this.#word(list + FIELDS);
  }

  /** Are Lean's objects laid out as this file says?  @returns {boolean} */
  selfTest() {
    const text = Buffer.from('∀ x'), string = this.makeString(text);
    const strings = this.#tag(string) === TAGS.string && this.readString(string).equals(text) &&
      this.#word(string + STRING_LENGTH) === 3 && this.#word(string + RC) === 1;
    this.release(string);
    const ref = this.calls.lean_st_mk_ref(TRUE);
    const refs = this.isRef(ref) && this.#word(refValue(ref)) === TRUE && this.#word(ref + RC) === 1;
    this.release(ref);
    return strings && refs;
  }
}
