// Lean's tasks without threads.  Queued tasks run on the one thread there is: when somebody waits for
// one of them, or when a request has been answered.
import {MUTEX_LOCK, MUTEX_UNLOCK, RUN_TASK} from './abi.mjs';

const LOCK_BYTES = 8;           // std::unique_lock: the mutex, and whether it is held

export class Tasks {
  #queue = [];
  #manager = 0;

  /** @param {import('./machine.mjs').Machine} machine */
  constructor(machine) {
    this.memory = machine.memory;
    this.calls = machine.calls;
    this.objects = machine.objects;
  }

  get idle() { return this.#queue.length === 0; }

  /** Lean's own `run_task` wants the task manager's lock, given as a `unique_lock`. */
  #run(task) {
    const lock = this.calls.malloc(LOCK_BYTES);
    this.calls[MUTEX_LOCK](this.#manager);
    this.memory.i32[lock >> 2] = this.#manager;
    this.memory.i32[(lock >> 2) + 1] = 1;
    this.calls[RUN_TASK](this.#manager, lock, task);
    if (this.memory.u8[lock + 4]) this.calls[MUTEX_UNLOCK](this.#manager);
    this.calls.free(lock);
  }

  /** Run `wanted` if it is queued, else the oldest task: it may be what `wanted` depends on. */
  #step(wanted) {
    const i = Math.max(0, this.#queue.indexOf(wanted));
    const [task] = this.#queue.splice(i, 1);
    if (!task) throw new Error('deadlock: Lean waits for a promise that no task is left to keep');
    this.#run(task);
  }

  drain() {
    while (this.#queue.length) this.#step(0);
  }

  /** The functions that stand in for the bodies of lean::task_manager's. */
  hooks() {
    return {
      enqueue: (manager, lock, task) => {
        this.#manager = manager;
        if (this.objects.taskIsSync(task)) this.calls[RUN_TASK](manager, lock, task);
        else this.#queue.push(task);
      },
      waitFor: (_manager, task) => {
        while (!this.objects.taskDone(task)) this.#step(task);
      },
      waitAny: (_manager, list) => {
        for (;;) {
          for (const task of this.objects.list(list)) if (this.objects.taskDone(task)) return task;
          this.#step(0);
        }
      },
    };
  }
}
