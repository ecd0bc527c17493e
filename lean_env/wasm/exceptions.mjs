// C++ exceptions, as Emscripten compiles them: the Itanium C++ ABI's functions are the host's, and what
// travels through the frames is a WebAssembly exception with one tag, which `invoke.mjs` catches.

// Fields of the header that stands before a thrown object (struct __cxa_exception of Emscripten).
const HEADER_SIZE = 24;
const TYPE = 4, DESTRUCTOR = 8, CAUGHT = 12, RETHROWN = 13, ADJUSTED = 16;

const WHAT = 8;                         // place of std::exception's `what` in a table of virtual functions
const STD_EXCEPTION = '_ZTISt9exception';

const CATCHES = {2: 0, 3: 1, 4: 2, 6: 4, 19: 17};     // __cxa_find_matching_catch_N takes N - 2 types

export const SIGNATURES = {
  ...Object.fromEntries(
    Object.entries(CATCHES).map(([n, k]) => [`__cxa_find_matching_catch_${n}`, `${'i'.repeat(k)}:i`])),
  __cxa_throw: 'iii:',
  __cxa_rethrow: ':',
  __cxa_rethrow_primary_exception: 'i:',
  __resumeException: 'i:',
  __cxa_begin_catch: 'i:i',
  __cxa_end_catch: ':',
  __cxa_current_primary_exception: ':i',
  __cxa_uncaught_exceptions: ':i',
  llvm_eh_typeid_for: 'i:i',
};

export class Exceptions {
  tag = new WebAssembly.Tag({parameters: ['i32']});
  /** Objects whose handlers run, the innermost last. @type {number[]} */
  caught = [];
  uncaught = 0;
  last = 0;

  /** @param {import('./machine.mjs').Machine} machine */
  constructor(machine) {
    this.machine = machine;
    this.memory = machine.memory;
    this.calls = machine.calls;
  }

  /** What a C++ exception that nobody caught says of itself. @param {any} error @returns {string | undefined} */
  whatOf(error) {
    if (!(error instanceof WebAssembly.Exception && error.is(this.tag))) return undefined;
    const object = Number(error.getArg(this.tag, 0));
    const words = this.memory.i32, type = words[this.#word(object, TYPE)];
    words[this.#word(object, ADJUSTED)] = object;
    const base = this.machine.symbols.find(Buffer.from(STD_EXCEPTION));
    if (!this.calls.__cxa_can_catch(base, type, object - HEADER_SIZE + ADJUSTED)) return 'a C++ exception of unknown type';
    const self = words[this.#word(object, ADJUSTED)], what = words[(words[self >> 2] + WHAT) >> 2];
    return this.memory.string(this.machine.table.get(what)(self));
  }

  /** Is no exception under way?  Only then can a snapshot be taken. */
  get idle() { return this.caught.length === 0 && this.uncaught === 0 && this.last === 0; }

  #word(object, field) { return (object - HEADER_SIZE + field) >> 2; }

  #throw(object) {
    this.last = object;
    throw new WebAssembly.Exception(this.tag, [object]);
  }

  #flag(object, field, value) { this.memory.u8[object - HEADER_SIZE + field] = value ? 1 : 0; }
  #has(object, field) { return this.memory.u8[object - HEADER_SIZE + field] !== 0; }

  /** The first of `types` that catches the exception under way; its id goes into Emscripten's `tempRet0`. */
  #match(...types) {
    const found = type => { this.calls._emscripten_tempret_set(type); return this.last; };
    if (!this.last) return found(0);
    const words = this.memory.i32, thrown = words[this.#word(this.last, TYPE)];
    words[this.#word(this.last, ADJUSTED)] = this.last;
    if (!thrown) return found(0);
    for (const type of types) {
      if (type === 0 || type === thrown) break;
      if (this.calls.__cxa_can_catch(type, thrown, this.last - HEADER_SIZE + ADJUSTED)) return found(type);
    }
    return found(thrown);
  }

  /** @returns {Record<keyof typeof SIGNATURES, Function>} */
  imports() {
    const match = (...types) => this.#match(...types);
    return {
      ...Object.fromEntries(Object.keys(CATCHES).map(n => [`__cxa_find_matching_catch_${n}`, match])),
      __cxa_throw: (object, type, destructor) => {
        const words = this.memory.i32;
        words[this.#word(object, ADJUSTED)] = 0;
        words[this.#word(object, TYPE)] = type;
        words[this.#word(object, DESTRUCTOR)] = destructor;
        this.uncaught++;
        this.#throw(object);
      },
      __cxa_rethrow: () => this.#rethrow(),
      __cxa_rethrow_primary_exception: object => {
        if (!object) return;
        this.caught.push(object);
        this.#flag(object, RETHROWN, true);
        this.#rethrow();
      },
      __resumeException: object => this.#throw(this.last || object),
      __cxa_begin_catch: object => {
        if (!this.#has(object, CAUGHT)) {
          this.#flag(object, CAUGHT, true);
          this.uncaught--;
        }
        this.#flag(object, RETHROWN, false);
        this.caught.push(object);
        this.calls.__cxa_increment_exception_refcount(object);
        return this.calls.__cxa_get_exception_ptr(object);
      },
      __cxa_end_catch: () => {
        this.calls.setThrew(0, 0);
        this.calls.__cxa_decrement_exception_refcount(this.caught.pop());
        this.last = 0;
      },
      __cxa_current_primary_exception: () => {
        const object = this.caught.at(-1) ?? 0;
        if (object) this.calls.__cxa_increment_exception_refcount(object);
        return object;
      },
      __cxa_uncaught_exceptions: () => this.uncaught,
      llvm_eh_typeid_for: type => type,
    };
  }

  #rethrow() {
    const object = this.caught.pop();
    if (!object) throw new Error('C++ rethrows an exception that is not there');
    if (!this.#has(object, RETHROWN)) {
      this.caught.push(object);
      this.#flag(object, RETHROWN, true);
      this.#flag(object, CAUGHT, false);
      this.uncaught++;
    }
    this.#throw(object);
  }
}
