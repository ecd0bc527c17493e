/**
 * Hierarchical names.  Two names are equal exactly when they are the same object: `Names` makes each
 * one once.
 */

export class Name {
  /**
   * @param {Name | null} prefix null for the anonymous name alone
   * @param {string | bigint} part
   * @param {number} id
   */
  constructor(prefix, part, id) {
    this.prefix = prefix;
    this.part = part;
    this.id = id;
  }

  /** As Lean writes it, but without the quotes around unusual parts. */
  toString() {
    const parts = [];
    for (let n = /** @type {Name} */ (this); n.prefix; n = n.prefix) parts.push(String(n.part));
    return parts.reverse().join('.') || '[anonymous]';
  }

  /** The parts: strings, and numbers as BigInt. */
  parts() {
    const parts = [];
    for (let n = /** @type {Name} */ (this); n.prefix; n = n.prefix) parts.push(n.part);
    return parts.reverse();
  }
}

export class Names {
  /** @param {Names} [parent] names found there are not made again */
  constructor(parent) {
    this.parent = parent;
    /** @type {Name} */
    this.anonymous = parent ? parent.anonymous : new Name(null, '', 0);
    /** @type {number} */
    this.nextId = parent ? parent.nextId : 1;
    /** @type {Map<string, Name>} */
    this.table = new Map();
  }

  /**
   * @param {Name} prefix
   * @param {string | bigint} part
   * @returns {Name}
   */
  append(prefix, part) {
    const key = `${prefix.id}${typeof part === 'string' ? ':' : '#'}${part}`;
    const known = this.parent?.table.get(key) ?? this.table.get(key);
    if (known) return known;
    const name = new Name(prefix, part, this.nextId++);
    this.table.set(key, name);
    return name;
  }

  /** The name with these dot-separated string parts. @param {string} text */
  dotted(text) {
    return text.split('.').reduce((name, part) => this.append(name, part), this.anonymous);
  }

  /** A name that is in no table, so that no export can spell it. @param {string} label */
  unspeakable(label) {
    return new Name(this.anonymous, label, this.nextId++);
  }
}
