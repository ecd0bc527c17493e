/**
 * Where names, levels and terms are kept.  A store over another one is for one request: what it makes
 * goes with it.
 */

import { Levels } from './levels.mjs';
import { Names } from './names.mjs';
import { Terms } from './terms.mjs';

export class Store {
  /** @param {Store} [parent] @param {number} [mostTerms] */
  constructor(parent, mostTerms) {
    this.names = new Names(parent?.names);
    this.levels = new Levels(parent?.levels);
    this.terms = new Terms(parent?.terms, mostTerms);
  }
}
