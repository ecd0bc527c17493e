/**
 * The four constants of quotient types, whose types are fixed by the theory.
 */

import { Refused } from './errors.mjs';
/** @import { Checker } from './checker.mjs' */
/** @import { Quotient } from './environment.mjs' */
/** @import { Term } from './terms.mjs' */

const NAMES = { type: 'Quot', ctor: 'Quot.mk', lift: 'Quot.lift', ind: 'Quot.ind' };

/**
 * Add one of them, if it is as it must be.
 * @param {Checker} c
 * @param {Quotient} quotient
 */
export function addQuotient(c, quotient) {
  const { role, name, params, type } = quotient;
  if (name.toString() !== NAMES[role] || name.parts().length !== NAMES[role].split('.').length) {
    throw new Refused(`'${name}' is not a constant of quotients`);
  }
  if (params.length !== (role === 'lift' ? 2 : 1)) throw new Refused(`'${name}' has other universe parameters`);
  if (role !== 'type') c.env.get(c.store.names.dotted('Quot'));
  if (role === 'ind') c.env.get(c.store.names.dotted('Quot.mk'));
  if (role === 'lift') checkEquality(c);
  if (type !== expectedType(c, quotient)) throw new Refused(`'${name}' has another type than it must have`);
  c.env.add(quotient);
}

/** @param {Checker} c @param {Quotient} quotient @returns {Term} */
function expectedType(c, { role, params }) {
  const { terms, levels, names } = c.store;
  const u = levels.param(params[0]);
  const us = levels.list([u]);
  const v = (/** @type {number} */ i) => terms.bvar(i);
  const prop = terms.sort(levels.zero);
  const pi = (/** @type {Term[]} */ ...parts) => parts.reduceRight((body, domain) => terms.pi(domain, body));
  const relation = pi(v(0), v(1), prop);
  const quot = (/** @type {number} */ a, /** @type {number} */ r) =>
    terms.apps(terms.constant(names.dotted('Quot'), us), [v(a), v(r)]);
  switch (role) {
    case 'type':
      return pi(terms.sort(u), relation, terms.sort(u));
    case 'ctor':
      return pi(terms.sort(u), relation, v(1), quot(2, 1));
    case 'ind': {
      const made = terms.apps(terms.constant(names.dotted('Quot.mk'), us), [v(3), v(2), v(0)]);
      const holds = pi(v(2), terms.app(v(1), made));
      return pi(terms.sort(u), relation, pi(quot(1, 0), prop), holds, quot(3, 2), terms.app(v(2), v(0)));
    }
    case 'lift': {
      const target = levels.param(params[1]);
      const eq = terms.constant(names.dotted('Eq'), levels.list([target]));
      const same = terms.apps(eq, [v(4), terms.app(v(3), v(2)), terms.app(v(3), v(1))]);
      const respects = pi(v(3), v(4), terms.apps(v(4), [v(1), v(0)]), same);
      return pi(terms.sort(u), relation, terms.sort(target), pi(v(2), v(1)), respects, quot(4, 3), v(3));
    }
  }
}

/** `Eq` must be equality: one constructor, `refl`. @param {Checker} c */
function checkEquality(c) {
  const { terms, levels, names } = c.store;
  const name = names.dotted('Eq');
  c.env.get(name);
  if (c.env.isTrusted(name)) return;
  const eq = c.env.inductive(name);
  const ctor = eq && eq.ctors.length === 1 ? c.env.ctor(eq.ctors[0]) : undefined;
  if (!eq || !ctor || eq.params.length !== 1) throw new Refused("'Eq' is not equality");
  const u = levels.param(eq.params[0]);
  const sort = terms.sort(u);
  const [zero, one] = [terms.bvar(0), terms.bvar(1)];
  const type = terms.pi(sort, terms.pi(zero, terms.pi(one, terms.sort(levels.zero))));
  const applied = terms.apps(terms.constant(name, levels.list([u])), [one, zero, zero]);
  const refl = terms.pi(sort, terms.pi(zero, applied));
  if (eq.type !== type || ctor.type !== refl) throw new Refused("'Eq' is not equality");
}
