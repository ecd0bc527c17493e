/**
 * Universe levels.  Equal levels (by structure) are the same object; equality and order by meaning
 * are in `level_order.mjs`.
 */

import { Undecided } from './errors.mjs';
/** @import { Name } from './names.mjs' */

export const ZERO = 0;
export const SUCC = 1;
export const MAX = 2;
export const IMAX = 3;
export const PARAM = 4;

/** Keys of the table are made of two ids, which must fit a double. */
const MOST_LEVELS = 2 ** 23;

export class Level {
  /**
   * @param {number} kind
   * @param {number} id
   * @param {Level | null} left  of `succ`, `max` and `imax`
   * @param {Level | null} right  of `max` and `imax`
   * @param {Name | null} name  of a parameter
   */
  constructor(kind, id, left, right, name) {
    this.kind = kind;
    this.id = id;
    this.left = left;
    this.right = right;
    this.name = name;
    /** Does a parameter occur? */
    this.open = name !== null || (left?.open ?? false) || (right?.open ?? false);
  }
}

/** Levels in a row, the arguments of a constant. */
export class LevelList {
  /**
   * @param {readonly Level[]} items
   * @param {number} id
   */
  constructor(items, id) {
    this.items = items;
    this.id = id;
    this.open = items.some((l) => l.open);
  }
}

export class Levels {
  /** @param {Levels} [parent] levels found there are not made again */
  constructor(parent) {
    this.parent = parent;
    /** @type {Level} */
    this.zero = parent ? parent.zero : new Level(ZERO, 0, null, null, null);
    /** @type {number} */
    this.nextId = parent ? parent.nextId : 1;
    /** @type {number} */
    this.nextListId = parent ? parent.nextListId : 0;
    /** @type {Map<number, Level>} */
    this.table = new Map();
    /** @type {Map<string, LevelList>} */
    this.lists = new Map();
  }

  /** @param {Level} l */
  succ(l) {
    return this.#make(SUCC, l.id, 0, l, null, null);
  }
  /** @param {Level} a @param {Level} b */
  max(a, b) {
    return this.#make(MAX, a.id, b.id, a, b, null);
  }
  /** @param {Level} a @param {Level} b */
  imax(a, b) {
    return this.#make(IMAX, a.id, b.id, a, b, null);
  }
  /** @param {Name} name */
  param(name) {
    return this.#make(PARAM, name.id, 0, null, null, name);
  }

  /** @param {readonly Level[]} items */
  list(items) {
    const key = items.map((l) => l.id).join();
    const known = this.parent?.lists.get(key) ?? this.lists.get(key);
    if (known) return known;
    const list = new LevelList(items, this.nextListId++);
    this.lists.set(key, list);
    return list;
  }

  /**
   * Replace parameters by levels.
   * @param {Level} level
   * @param {readonly Name[]} params
   * @param {readonly Level[]} values
   * @param {Map<Level, Level>} [done] shared parts are done once
   * @returns {Level}
   */
  substitute(level, params, values, done = new Map()) {
    if (!level.open) return level;
    const { kind, left, right, name } = level;
    if (kind === PARAM) {
      const i = params.indexOf(/** @type {Name} */ (name));
      return i < 0 ? level : values[i];
    }
    const known = done.get(level);
    if (known) return known;
    const a = this.substitute(/** @type {Level} */ (left), params, values, done);
    const b = right && this.substitute(right, params, values, done);
    const result = b === null ? this.succ(a) : kind === MAX ? this.max(a, b) : this.imax(a, b);
    done.set(level, result);
    return result;
  }

  /**
   * @param {LevelList} list
   * @param {readonly Name[]} params
   * @param {readonly Level[]} values
   */
  substituteAll(list, params, values) {
    if (!list.open) return list;
    return this.list(list.items.map((l) => this.substitute(l, params, values)));
  }

  /**
   * @param {number} kind
   * @param {number} a
   * @param {number} b
   * @param {Level | null} left
   * @param {Level | null} right
   * @param {Name | null} name
   */
  #make(kind, a, b, left, right, name) {
    const key = (a * MOST_LEVELS + b) * 8 + kind;
    const known = this.parent?.table.get(key) ?? this.table.get(key);
    if (known) return known;
    if (this.nextId >= MOST_LEVELS || a >= MOST_LEVELS) throw new Undecided('too many universe levels');
    const level = new Level(kind, this.nextId++, left, right, name);
    this.table.set(key, level);
    return level;
  }
}

/**
 * The parameters that occur in a level, without recursion.
 * @param {Level} level
 * @returns {Set<Name>}
 */
export function paramsOf(level) {
  const found = new Set();
  const seen = new Set();
  const todo = [level];
  for (let l = todo.pop(); l; l = todo.pop()) {
    if (!l.open || seen.has(l)) continue;
    seen.add(l);
    if (l.name) found.add(l.name);
    if (l.left) todo.push(l.left);
    if (l.right) todo.push(l.right);
  }
  return found;
}
