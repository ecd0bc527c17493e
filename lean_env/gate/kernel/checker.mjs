/**
 * What the type checker remembers while it works on declarations over one environment, and its limits.
 *
 * The results kept for a term hold in every context: free variables carry their types, and which
 * numbers they have is determined by the binders around them.
 */

import { LevelOrder } from './level_order.mjs';
import { LiteralNames } from './literals.mjs';
import { instantiateLevels } from './substitution.mjs';
import { Undecided } from './errors.mjs';
/** @import { Environment, Definition, Constant } from './environment.mjs' */
/** @import { Store } from './store.mjs' */
/** @import { Term } from './terms.mjs' */
/** @import { Name } from './names.mjs' */

const STEPS_BETWEEN_LOOKS = 2048;

export class Limits {
  /** @param {{ seconds?: number, memoryMb?: number }} [limits] */
  constructor({ seconds = Infinity, memoryMb = Infinity } = {}) {
    this.seconds = seconds;
    this.deadline = performance.now() + seconds * 1000;
    this.memoryBytes = memoryMb * 2 ** 20;
    this.steps = 0;
  }

  /** To be called in every loop that may be long. Throws `Undecided`. */
  step() {
    if (++this.steps % STEPS_BETWEEN_LOOKS === 0) this.look();
  }

  look() {
    if (performance.now() > this.deadline) throw new Undecided(`time limit of ${this.seconds} s`);
    if (this.memoryBytes < Infinity && this.steps % (32 * STEPS_BETWEEN_LOOKS) === 0) {
      if (process.memoryUsage().heapUsed > this.memoryBytes) throw new Undecided('memory limit');
    }
  }
}

export class Checker {
  /**
   * @param {Store} store
   * @param {Environment} env
   * @param {Limits} limits
   * @param {LevelOrder} [order]
   */
  constructor(store, env, limits, order = new LevelOrder()) {
    this.store = store;
    this.terms = store.terms;
    this.env = env;
    this.limits = limits;
    this.order = order;
    this.literal = new LiteralNames(store);
    /** Are axioms that are named after operations on numerals computed with? */
    this.axiomsCompute = false;
    /** How many binders are open: the number of the next free variable. */
    this.depth = 0;
    /** Types of terms that were checked. @type {Map<Term, Term>} */
    this.checkedTypes = new Map();
    /** Types of terms that are known to have one. @type {Map<Term, Term>} */
    this.inferredTypes = new Map();
    /** @type {Map<Term, Term>} */
    this.whnfCoreResults = new Map();
    /** @type {Map<Term, Term>} */
    this.whnfResults = new Map();
    /** Pairs of terms, by id. @type {Map<Term, Map<Term, boolean>>} */
    this.comparisons = new Map();
    /** Pairs of applications of one constant whose arguments differ. @type {Map<Term, Set<Term>>} */
    this.unequalArguments = new Map();
    /** Values of constants at levels. @type {Map<Term, Term>} */
    this.values = new Map();
    /** Types of constants at levels. @type {Map<Term, Term>} */
    this.types = new Map();
    /** @type {Map<Term, Map<Name, Term>>} */
    this.ruleValues = new Map();
  }

  /** A free variable for a binder that is opened now. @param {Term} type */
  open(type) {
    return this.terms.fvar(this.depth++, type);
  }

  /** @param {number} count of binders */
  close(count) {
    this.depth -= count;
  }

  /** May numerals, or string literals, be of this type? @param {Name} name */
  hasLiterals(name) {
    return this.env.isTrusted(name) || this.env.verified.has(name);
  }

  /** May this operation on numerals be computed? @param {Name} name */
  computes(name) {
    return this.env.isTrusted(name) || this.env.verified.has(name);
  }

  /** The type of a constant at its levels. @param {Term} term @param {Constant} constant */
  typeOf(term, constant) {
    let type = this.types.get(term);
    if (!type) {
      type = instantiateLevels(this.store, constant.type, constant.params, term.levels.items);
      this.types.set(term, type);
    }
    return type;
  }

  /** The value of a definition at its levels. @param {Term} term @param {Definition} definition */
  valueOf(term, definition) {
    let value = this.values.get(term);
    if (!value) {
      value = instantiateLevels(this.store, definition.value, definition.params, term.levels.items);
      this.values.set(term, value);
    }
    return value;
  }
}
