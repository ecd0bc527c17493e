// The Lean server inside a machine.
//
// Lean's `main` prints `@server H T D A` and reads the clock, where the host leaves it.  The numbers are
// addresses of objects: H, a closure String → IO String, answers a request line; T, an `IO.CancelToken`;
// D, an `IO.Ref Nat`, the time on `IO.monoMsNow` when T is to be set, or 0; A, an `IO.Ref Bool`, set
// with T when a request to cancel has come.
import {expect, GuestExit} from './errors.mjs';
import {FALSE, TRUE, refValue} from './objects.mjs';

const PUBLISHED = /^@server (\d+) (\d+) (\d+) (\d+)$/;
const WORLD = 1;                        // Lean's token for the real world: `box(0)`

/** @typedef {{handle: number, token: number, deadline: number, abort: number}} Server addresses */

/** @param {string} line @returns {Server | undefined} */
export function published(line) {
  const match = PUBLISHED.exec(line);
  if (!match) return undefined;
  const [handle, token, deadline, abort] = match.slice(1).map(Number);
  return {handle, token, deadline, abort};
}

export class Session {
  /** @param {import('./machine.mjs').Machine} machine @param {Server} server */
  constructor(machine, server) {
    this.machine = machine;
    this.server = server;
  }

  /**
   * Run a Lean program up to the line in which it publishes its server.
   * @param {import('./machine.mjs').Machine} machine @param {string[]} args of Lean
   */
  static start(machine, args) {
    const {objects} = machine;
    /** @type {Server | undefined} */
    let server;
    const {take} = machine.files.streams[1];
    machine.files.streams[1].take = line => {
      const found = published(line);
      if (found) server = found; else take(line);
    };
    if (!machine.runUntil(args, () => server !== undefined)) throw new GuestExit('the Lean server did not start');
    const {handle, token, deadline, abort} = server;
    expect(objects.isClosure(handle) && objects.missing(handle) === 2, 'a function of two arguments looks different');
    expect([token, deadline, abort].every(ref => objects.isRef(ref)), 'an IO.Ref looks different');
    for (const object of Object.values(server)) objects.retain(object);
    return new Session(machine, server);
  }

  /** Between two calls: is Lean to stop what it does next? @param {boolean} stop */
  signal(stop) {
    const {i32} = this.machine.memory, value = stop ? TRUE : FALSE;
    i32[refValue(this.server.token) >> 2] = value;
    i32[refValue(this.server.abort) >> 2] = value;
  }

  /** One call of the handler. @param {Uint8Array} line @returns {Buffer} `.` or `+`, then the answer */
  call(line) {
    try {
      return this.#call(line);
    } catch (error) {
      const said = this.machine.exceptions.whatOf(error);
      throw said === undefined ? error : new GuestExit(said);
    } finally {
      // whatever came out then, it may come from damaged memory
      if (!this.machine.stackHeld) throw new RangeError('Lean used up its stack');
    }
  }

  #call(line) {
    const {calls, objects, tasks} = this.machine;
    objects.retain(this.server.handle);
    const result = calls.lean_apply_2(this.server.handle, objects.makeString(line), WORLD);
    tasks.drain();
    const value = objects.resultValue(result);
    if (value === undefined) throw new GuestExit('the Lean server threw an exception');
    const answer = objects.readString(value);
    objects.release(result);
    return answer;
  }
}
