// Embedded Lean: its commands, and the thread beside Lean's.  README.md beside this file says how it works.
import fs from 'node:fs';
import path from 'node:path';
import {MessageChannel, Worker} from 'node:worker_threads';
import {parseArgs} from 'node:util';
import {RESTORED, newControl} from './control.mjs';
import {derive, intact as derivedIntact} from './derive.mjs';
import {LIBRARY} from './files.mjs';
import {Memory} from './machine.mjs';
import {printer} from './output.mjs';
import {Snapshot} from './snapshot.mjs';
import {Watch, die} from './watch.mjs';

const SERVER = '/server.lean', DECLARATIONS = '/lean.decls';
const STACK_MB = 256;
const WARM_ROUNDS = 8;

/** @type {import('node:util').ParseArgsOptionsConfig} */
const OPTIONS = {
  from: {type: 'string'},                                   // derive: the unpacked npm package
  lean: {type: 'string'},                                   // folder of the derived files
  library: {type: 'string'},                                // folder of Lean's .olean files
  server: {type: 'string'},                                 // the Lean server's source
  imports: {type: 'string', multiple: true, default: ['Init']},
  entry: {type: 'string'},                                  // folder of a snapshot and its code
  requests: {type: 'string'},                               // warm: a file of request lines
  memory: {type: 'string', default: '2048'},                // MiB of linear memory at most
  grace: {type: 'string', default: '2000'},                 // ms that a tactic has to stop after its time
  debug: {type: 'boolean', default: false},                 // what Lean prints goes to stderr
};

const files = entry => ({snapshot: path.join(entry, 'lean.snapshot'), code: path.join(entry, 'lean.code')});

/** Start Lean's thread. @param {object} job @param {(message: any) => void} take its messages */
function launch(job, take) {
  const worker = new Worker(new URL('lean.mjs', import.meta.url), {
    workerData: job, transferList: [job.port], resourceLimits: {stackSizeMb: STACK_MB},
  });
  worker.on('message', take);
  worker.on('error', error => take({fatal: {reason: 'crash', message: String(error?.message ?? error)}}));
}

/** What any job needs, with its memory either fresh or as large as the snapshot's. */
function newJob(task, options, head) {
  const maximum = Number(options.memory) * 2 ** 20;
  const memory = head ? Memory.create(head.bytes, maximum) : Memory.fresh(maximum);
  const origin = process.hrtime.bigint() - BigInt(head?.clock ?? 0);
  const {port1, port2} = new MessageChannel();
  const job = {
    task, head, origin,
    folder: options.lean, wasm: path.join(options.lean, 'lean.wasm'), code: options.entry && files(options.entry).code,
    memory: memory.memory, maximum: memory.maximum,
    control: newControl(), port: port2, debug: options.debug,
  };
  return {job, memory, port: port1, now: () => Number(process.hrtime.bigint() - origin) / 1e6};
}

/** The job of running the Lean server's source from the start. */
function program(options) {
  return {
    args: ['-DElab.async=false', '--run', SERVER, DECLARATIONS, ...options.imports],
    folders: {[LIBRARY]: options.library},
    files: {
      [SERVER]: fs.readFileSync(options.server),
      [DECLARATIONS]: fs.readFileSync(path.join(options.lean, 'lean.decls')),
    },
  };
}

/** The job of resuming a snapshot: Lean's thread compiles while this one fills the memory. */
function resume(task, options, more, take) {
  const snapshot = new Snapshot(files(options.entry).snapshot);
  const made = newJob(task, options, snapshot.head);
  launch({...made.job, ...more}, message => take(message, made));
  snapshot.restore(made.memory.u8);
  Atomics.store(made.job.control, RESTORED, 1);
  Atomics.notify(made.job.control, RESTORED);
  return made;
}

function begin(task, options, more, take) {
  const made = newJob(task, options);
  launch({...made.job, program: program(options), ...more}, message => take(message, made));
  return made;
}

/** Standard input, as lines for Lean. */
function listen({job, port, now}, options) {
  const watch = new Watch(job.control, port, job.memory, now, Number(options.grace));
  let rest = Buffer.alloc(0);
  process.stdin.on('data', chunk => {
    rest = Buffer.concat([rest, chunk]);
    for (let end; (end = rest.indexOf(10)) >= 0; rest = rest.subarray(end + 1)) {
      watch.post(rest.toString('utf8', 0, end));
    }
  });
  process.stdin.on('end', () => watch.end());
  process.stdin.on('error', () => watch.end());
  return watch;
}

/** @param {typeof resume | typeof begin} open */
function serve(open, options) {
  const made = open('serve', options, {}, message => {
    if (message.server) watch.attach(message.server);
    if (message.fatal) watch.lastWord(message.fatal.reason, message.fatal.message);
  });
  const watch = listen(made, options);
}

/** Wait for a job that makes a file.  It does not outlive its parent either. */
const finish = (open, task, options, more) => new Promise((resolve, reject) => {
  process.stdin.on('end', die).resume();
  open(task, options, more, message => {
    if (message.fatal) reject(new Error(message.fatal.message));
    if ('done' in message) resolve(message.done);
  });
});

const COMMANDS = {
  derive: options => derive(options.from, options.lean),
  save: options => finish(begin, 'save', options, {file: files(options.entry).snapshot}),
  warm: options => finish(resume, 'warm', options, {
    file: files(options.entry).code, rounds: WARM_ROUNDS,
    requests: fs.readFileSync(options.requests, 'utf8').trim().split('\n').map(line => JSON.parse(line)),
  }),
  verify: options => {
    const whole = options.lean ? derivedIntact(options.lean) : new Snapshot(files(options.entry).snapshot).intact();
    if (!whole) throw new Error('the content of the files has changed');
  },
  serve: options => serve(resume, options),
  live: options => serve(begin, options),
};

try {
  const {values, positionals: [command]} = parseArgs({options: OPTIONS, allowPositionals: true});
  if (!Object.hasOwn(COMMANDS, command)) throw new Error(`commands: ${Object.keys(COMMANDS).join(', ')}`);
  const done = COMMANDS[command](values);
  if (!['serve', 'live'].includes(command)) {
    await done;
    process.exit(0);
  }
} catch (error) {
  printer(2)(error.message);
  process.exit(1);
}
