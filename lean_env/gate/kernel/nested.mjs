/**
 * Nested inductive types as mutual ones.
 *
 * Where a constructor mentions another inductive type J at parameters `Ds` in which a type of the block
 * occurs, the block gets a copy of J at those parameters, and the constructor mentions that.  `restore`
 * puts `J Ds` back for the copies.
 */

import { APP, CONST, LAMBDA, LET, PI, PROJ, argsOf, childrenOf, headOf } from './terms.mjs';
import { Refused, Undecided } from './errors.mjs';
import { afterParameters, occursIn, openParameters } from './inductive.mjs';
import { instantiate, instantiateLevels, lambdaOver, piOver } from './substitution.mjs';
import { isDefEq } from './defeq.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Inductive } from './environment.mjs' */
/** @import { Declared, DeclaredType } from './inductive.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * The way back: of terms, and of names of constructors.
 * @typedef {{ restore: (term: Term) => Term, restoreName: (name: Name) => Name }} Restoration
 */

const MOST_COPIES = 200;

/**
 * The block with copies, and the way back.
 * @param {Checker} c
 * @param {Declared} declared
 * @returns {{ block: Declared, back: Restoration }}
 */
export function expandNested(c, declared) {
  const expansion = new Expansion(c, declared);
  const block = expansion.expand();
  c.close(declared.numParams);
  return { block, back: expansion };
}

class Expansion {
  /** @param {Checker} c @param {Declared} declared */
  constructor(c, declared) {
    this.c = c;
    this.declared = declared;
    this.parameters = openParameters(c, declared.types[0].type, declared.numParams);
    this.levels = c.store.levels.list(declared.params.map((p) => c.store.levels.param(p)));
    /** The declared types. */
    this.own = new Set(declared.types.map((t) => t.name));
    /** Declared types and copies. */
    this.block = new Set(this.own);
    /** @type {DeclaredType[]} */
    this.types = [...declared.types];
    /** Copies of types, by the `J Ds` they stand for. @type {Map<Term, Term>} */
    this.copies = new Map();
    /** What copies of types and constructors stand for. @type {Map<Name, Term>} */
    this.originals = new Map();
  }

  /** @returns {Declared} */
  expand() {
    const done = [];
    for (let i = 0; i < this.types.length; i++) {
      const { name, type, ctors } = this.types[i];
      done.push({ name, type, ctors: ctors.map((k) => ({ name: k.name, type: this.expandType(k.type) })) });
    }
    return { ...this.declared, types: done };
  }

  /** The type of a constructor, with copies. @param {Term} type */
  expandType(type) {
    const opened = afterParameters(this.c, type, this.parameters);
    const expanded = this.rewrite(opened, (e) => this.copyAt(e));
    return expanded === opened ? type : piOver(this.c.terms, this.parameters, expanded);
  }

  /** Put `J Ds` for copies in a closed term that begins with binders for the parameters.
   * @param {Term} term */
  restore(term) {
    if (this.originals.size === 0) return term;
    const { terms } = this.c;
    const over = term.kind === PI ? piOver : lambdaOver;
    let body = term;
    for (let i = 0; i < this.parameters.length; i++) body = body.body;
    const opened = instantiate(terms, body, this.parameters);
    return over(terms, this.parameters, this.rewrite(opened, (e) => this.originalOf(e)));
  }

  /** @param {Name} ctor */
  restoreName(ctor) {
    const original = this.originals.get(ctor);
    return original ? headOf(original).name : ctor;
  }

  /** If it is a copy at the parameters, what it stands for. @param {Term} e @returns {[Term, number] | undefined} */
  originalOf(e) {
    const head = headOf(e);
    const original = head.kind === CONST ? this.originals.get(head.name) : undefined;
    return original && [original, this.parameters.length];
  }

  /**
   * If it is a nested occurrence, the copy for it, and how many arguments that takes the place of.
   * @param {Term} e
   * @returns {[Term, number] | undefined}
   */
  copyAt(e) {
    const head = headOf(e);
    if (head.kind !== CONST || this.block.has(head.name)) return undefined;
    const outer = this.c.env.inductive(head.name);
    if (!outer) return undefined;
    const args = argsOf(e);
    if (args.length < outer.numParams) return undefined;
    const given = args.slice(0, outer.numParams);
    if (!given.some((arg) => occursIn(arg, this.block))) return undefined;
    for (const arg of given) {
      if (arg.loose > 0) throw new Refused('a nested type with a parameter that depends on a field');
      this.checkParameters(arg);
    }
    const nested = this.c.terms.apps(head, given);
    return [this.copies.get(nested) ?? this.copy(outer, head, given), outer.numParams];
  }

  /** Declared types must occur in it at the block's own parameters. @param {Term} term */
  checkParameters(term) {
    const seen = new Set();
    const todo = [term];
    for (let e = todo.pop(); e; e = todo.pop()) {
      if (seen.has(e)) continue;
      seen.add(e);
      const head = headOf(e);
      if (head.kind === CONST && this.own.has(head.name)) this.checkOccurrence(e);
      todo.push(...(e.kind === APP ? argsOf(e) : childrenOf(e)));
      if (e.kind === APP && head.kind !== CONST) todo.push(head);
    }
  }

  /** @param {Term} e */
  checkOccurrence(e) {
    const args = argsOf(e);
    const fixed = this.parameters.every(
      (p, i) => args[i] === p || (args[i]?.loose === 0 && isDefEq(this.c, p, args[i])),
    );
    if (!fixed) throw new Refused('a nested occurrence of a type at other parameters than its own');
  }

  /**
   * Add copies of a type and of those declared with it; the copy of the type itself.
   * @param {Inductive} outer
   * @param {Term} head
   * @param {Term[]} given
   */
  copy(outer, head, given) {
    const { terms, store, env } = this.c;
    for (const name of outer.all) {
      const type = env.inductive(name);
      if (!type) throw new Refused(`unknown inductive type '${name}'`);
      if (this.copies.size >= MOST_COPIES) throw new Undecided('too many nested inductive types');
      const copy = store.names.unspeakable(`_nested_${this.copies.size + 1}`);
      this.block.add(copy);
      const nested = terms.apps(terms.constant(name, head.levels), given);
      this.copies.set(nested, terms.apps(terms.constant(copy, this.levels), this.parameters));
      this.originals.set(copy, nested);
      const ctors = type.ctors.map((ctor) => this.copyConstructor(copy, ctor, head, given));
      const copied = this.typeAt(type.type, type.params, head, given);
      if (occursIn(copied, this.block)) throw new Refused('a nested type with indices of its own types');
      this.types.push({ name: copy, type: copied, ctors });
    }
    return /** @type {Term} */ (this.copies.get(terms.apps(head, given)));
  }

  /** @param {Name} copy @param {Name} name @param {Term} head @param {Term[]} given */
  copyConstructor(copy, name, head, given) {
    const { terms, store, env } = this.c;
    const ctor = env.ctor(name);
    if (!ctor) throw new Refused(`unknown constructor '${name}'`);
    const copied = store.names.append(copy, name.part);
    this.originals.set(copied, terms.apps(terms.constant(name, head.levels), given));
    return { name: copied, type: this.typeAt(ctor.type, ctor.params, head, given) };
  }

  /**
   * A type of the outer block at the given parameters, under the parameters of this one.
   * @param {Term} type
   * @param {Name[]} params
   * @param {Term} head
   * @param {Term[]} given
   */
  typeAt(type, params, head, given) {
    const { terms, store } = this.c;
    let rest = instantiateLevels(store, type, params, head.levels.items);
    for (const _ of given) {
      if (rest.kind !== PI) throw new Refused('an inductive type with fewer parameters than declared');
      rest = rest.body;
    }
    return piOver(terms, this.parameters, instantiate(terms, rest, given));
  }

  /**
   * Replace applications from the outside in: `find` says by what, and for how many arguments.
   * @param {Term} term
   * @param {(e: Term) => [Term, number] | undefined} find
   * @returns {Term}
   */
  rewrite(term, find) {
    const { terms } = this.c;
    /** @type {Map<Term, Term>} */
    const done = new Map();
    /** @param {Term} e @returns {Term} */
    const go = (e) => {
      const known = done.get(e);
      if (known) return known;
      const result = rewritten(e);
      done.set(e, result);
      return result;
    };
    /** @param {Term} e @returns {Term} */
    const rewritten = (e) => {
      switch (e.kind) {
        case CONST:
        case APP: {
          const found = find(e);
          const args = argsOf(e);
          if (found) return terms.apps(found[0], args.slice(found[1]).map(go));
          return e.kind === CONST ? e : terms.apps(go(headOf(e)), args.map(go));
        }
        case LAMBDA:
          return terms.lambda(go(e.domain), go(e.body));
        case PI:
          return terms.pi(go(e.domain), go(e.body));
        case LET:
          return terms.let(go(e.type), go(e.value), go(e.body));
        case PROJ:
          return terms.proj(e.name, e.field, go(e.structure));
        default:
          return e;
      }
    };
    return go(term);
  }
}
