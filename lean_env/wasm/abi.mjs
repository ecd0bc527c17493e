// What the host needs of Lean's binary: functions it calls and functions it replaces.  Their signatures
// are checked when the package is derived.

/** Exported functions that the host calls, and their signatures (`wasm.mjs` explains the letters). */
export const CALLED = {
  __wasm_call_ctors: ':',
  __main_argc_argv: 'ii:i',
  _emscripten_thread_init: 'iiiiii:',
  _emscripten_tls_init: ':i',
  emscripten_stack_set_limits: 'ii:',
  emscripten_stack_get_current: ':i',
  emscripten_stack_get_end: ':i',
  _emscripten_stack_restore: 'i:',
  _emscripten_tempret_set: 'i:',
  setThrew: 'ii:',
  __cxa_can_catch: 'iii:i',
  __cxa_get_exception_ptr: 'i:i',
  __cxa_increment_exception_refcount: 'i:',
  __cxa_decrement_exception_refcount: 'i:',
  malloc: 'i:i',
  free: 'i:',
  lean_mk_string_from_bytes: 'ii:i',
  lean_st_mk_ref: 'i:i',
  lean_apply_2: 'iii:i',
  lean_dec_ref_cold: 'i:',
  _ZNSt3__25mutex4lockEv: 'i:',
  _ZNSt3__25mutex6unlockEv: 'i:',
  _ZN4lean12task_manager8run_taskERNSt3__211unique_lockINS1_5mutexEEEP9lean_task: 'iii:',
};
export const RUN_TASK = '_ZN4lean12task_manager8run_taskERNSt3__211unique_lockINS1_5mutexEEEP9lean_task';
export const MUTEX_LOCK = '_ZNSt3__25mutex4lockEv';
export const MUTEX_UNLOCK = '_ZNSt3__25mutex6unlockEv';

/** Functions of Lean whose bodies become calls of the host (`tasks.mjs`). */
export const REPLACED = {
  enqueue: {
    symbol: '_ZN4lean12task_manager12enqueue_coreERNSt3__211unique_lockINS1_5mutexEEEP9lean_task',
    signature: 'iii:',
  },
  waitFor: {symbol: '_ZN4lean12task_manager8wait_forEP9lean_task', signature: 'ii:'},
  waitAny: {symbol: '_ZN4lean12task_manager8wait_anyEP11lean_object', signature: 'ii:i'},
};

/** Exported mutable globals are called this and a number: they belong to a snapshot. */
export const STATE_GLOBAL = 'state.';
