/**
 * What can be said of a term without types: is it closed, are its universe parameters declared, which
 * constants does it mention?
 */

import { CONST, PROJ, SORT, childrenOf } from './terms.mjs';
import { Refused } from './errors.mjs';
import { paramsOf } from './levels.mjs';
/** @import { Level } from './levels.mjs' */
/** @import { Name } from './names.mjs' */
/** @import { Term } from './terms.mjs' */

/**
 * The constants and structures that terms mention.
 * @param {Iterable<Term>} roots
 * @returns {Set<Name>}
 */
export function constantsOf(roots) {
  /** @type {Set<Name>} */
  const found = new Set();
  visit(roots, (e) => {
    if (e.kind === CONST || e.kind === PROJ) found.add(e.name);
  });
  return found;
}

/**
 * Refuses terms with loose bound variables or with universe parameters that are not declared.
 * @param {Name[]} params
 * @param {Term[]} roots
 */
export function checkScope(params, roots) {
  const declared = new Set(params);
  if (declared.size < params.length) throw new Refused('a universe parameter is declared twice');
  for (const root of roots) if (root.loose > 0) throw new Refused('a loose bound variable');
  /** @type {Set<Level>} */
  const seen = new Set();
  visit(roots, (e) => {
    if (!e.open) return;
    if (e.kind === SORT) checkLevel(e.level, declared, seen);
    else if (e.kind === CONST) for (const level of e.levels.items) checkLevel(level, declared, seen);
  });
}

/** @param {Level} level @param {Set<Name>} declared @param {Set<Level>} seen */
function checkLevel(level, declared, seen) {
  if (seen.has(level)) return;
  seen.add(level);
  for (const name of paramsOf(level)) {
    if (!declared.has(name)) throw new Refused(`an undeclared universe parameter '${name}'`);
  }
}

/** @param {Iterable<Term>} roots @param {(e: Term) => void} action for each part, once */
function visit(roots, action) {
  const seen = new Set();
  const todo = [...roots];
  for (let e = todo.pop(); e; e = todo.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    action(e);
    todo.push(...childrenOf(e));
  }
}
