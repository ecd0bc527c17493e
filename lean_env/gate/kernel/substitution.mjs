/**
 * Putting terms for bound variables, bound variables for free ones, and levels for universe
 * parameters.  Shared parts are done once.
 */

import { APP, BVAR, CONST, FVAR, ID_RANGE, LAMBDA, LET, PI, PROJ, SORT } from './terms.mjs';
import { Undecided } from './errors.mjs';
/** @import { Term, Terms } from './terms.mjs' */
/** @import { Store } from './store.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Level } from './levels.mjs' */

/** What is under more binders is not rebuilt: a place is kept as depth · ID_RANGE + id, in a double. */
const MOST_BINDERS = 2 ** 23;

/** @param {number} depth */
function under(depth) {
  if (depth >= MOST_BINDERS) throw new Undecided('terms that are nested too deeply');
  return depth + 1;
}

/**
 * `rebuild` a term with new parts; the number of binders around them is `depth`.
 * @param {Terms} terms
 * @param {Term} e
 * @param {number} depth
 * @param {(e: Term, depth: number) => Term} go
 * @returns {Term}
 */
function rebuild(terms, e, depth, go) {
  switch (e.kind) {
    case APP: {
      const fn = go(e.a, depth);
      const arg = go(e.b, depth);
      return fn === e.a && arg === e.b ? e : terms.app(fn, arg);
    }
    case LAMBDA:
      return terms.lambda(go(e.a, depth), go(e.b, under(depth)));
    case PI:
      return terms.pi(go(e.a, depth), go(e.b, under(depth)));
    case LET:
      return terms.let(go(e.a, depth), go(e.b, depth), go(e.c, under(depth)));
    case PROJ:
      return terms.proj(e.a, e.b, go(e.c, depth));
    default:
      return e;
  }
}

/**
 * Put `values[from] … values[to - 1]` for the loose bound variables of `e`: the last for index 0.  The
 * values have no loose bound variables.
 * @param {Terms} terms
 * @param {Term} e
 * @param {readonly Term[]} values
 * @param {number} [from]
 * @param {number} [to]
 * @returns {Term}
 */
export function instantiate(terms, e, values, from = 0, to = values.length) {
  const count = to - from;
  if (e.loose === 0 || count === 0) return e;
  if (e.kind === BVAR && e.index < count) return values[to - 1 - e.index];
  /** @type {Map<number, Term>} */
  const done = new Map();
  /** @param {Term} e @param {number} depth @returns {Term} */
  const go = (e, depth) => {
    if (e.loose <= depth) return e;
    if (e.kind === BVAR) {
      const i = e.index - depth;
      return i < count ? values[to - 1 - i] : terms.bvar(e.index - count);
    }
    const key = depth * ID_RANGE + e.id;
    const known = done.get(key);
    if (known) return known;
    const result = rebuild(terms, e, depth, go);
    done.set(key, result);
    return result;
  };
  return go(e, 0);
}

/**
 * Put loose bound variables for free ones: index 0 for the last.
 * @param {Terms} terms
 * @param {Term} e
 * @param {readonly Term[]} fvars
 * @param {number} [count] how many of them
 * @returns {Term}
 */
export function abstract(terms, e, fvars, count = fvars.length) {
  let least = Infinity;
  for (let i = 0; i < count; i++) least = Math.min(least, fvars[i].index);
  if (e.free <= least) return e;
  const places = new Map();
  for (let i = 0; i < count; i++) places.set(fvars[i], i);
  /** @type {Map<number, Term>} */
  const done = new Map();
  /** @param {Term} e @param {number} depth @returns {Term} */
  const go = (e, depth) => {
    if (e.free <= least) return e;
    if (e.kind === FVAR) {
      const place = places.get(e);
      return place === undefined ? e : terms.bvar(depth + count - 1 - place);
    }
    const key = depth * ID_RANGE + e.id;
    const known = done.get(key);
    if (known) return known;
    const result = rebuild(terms, e, depth, go);
    done.set(key, result);
    return result;
  };
  return go(e, 0);
}

/** `Π fvars, body`. @param {Terms} terms @param {readonly Term[]} fvars @param {Term} body */
export function piOver(terms, fvars, body) {
  let result = abstract(terms, body, fvars);
  for (let i = fvars.length - 1; i >= 0; i--) {
    result = terms.pi(abstract(terms, fvars[i].type, fvars, i), result);
  }
  return result;
}

/** `λ fvars, body`. @param {Terms} terms @param {readonly Term[]} fvars @param {Term} body */
export function lambdaOver(terms, fvars, body) {
  let result = abstract(terms, body, fvars);
  for (let i = fvars.length - 1; i >= 0; i--) {
    result = terms.lambda(abstract(terms, fvars[i].type, fvars, i), result);
  }
  return result;
}

/**
 * Put levels for universe parameters.
 * @param {Store} store
 * @param {Term} e without free variables
 * @param {readonly Name[]} params
 * @param {readonly Level[]} values
 * @returns {Term}
 */
export function instantiateLevels(store, e, params, values) {
  if (!e.open || params.length === 0) return e;
  const { terms, levels } = store;
  /** @type {Map<Term, Term>} */
  const done = new Map();
  /** @param {Term} e @returns {Term} */
  const go = (e) => {
    if (!e.open) return e;
    const known = done.get(e);
    if (known) return known;
    const result =
      e.kind === SORT
        ? terms.sort(levels.substitute(e.level, params, values))
        : e.kind === CONST
          ? terms.constant(e.name, levels.substituteAll(e.levels, params, values))
          : rebuild(terms, e, 0, go);
    done.set(e, result);
    return result;
  };
  return go(e);
}
