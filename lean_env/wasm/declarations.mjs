// What Lean's library has compiled, for the declarations that the compiler's environment lacks.
//
// `l_N` is the compiled code of the declaration N, with N mangled, and `l_N___boxed` the same code for
// callers that do not know its types: all parameters and the result are objects, and it owns what it is
// given.  The interpreter calls the second one where it exists.  Without it the first one is of that kind
// already, unless it takes or returns something else than an i32.  A constant is a global, not a function.
const PREFIX = 'l_', BOXED = '___boxed', PRIVATE = 'l___private_';
// Initializers, and constants that the compiler takes out of functions: no other code mentions them.
const INTERNAL = /initFn|_closed_\d/;
const OBJECTS_ONLY = /^i+:i$/;
const MOST = 16;                        // with more parameters the boxed version takes one array

/** @param {string} signature */
const arity = signature => signature.indexOf(':');

/** How many parameters has what the interpreter calls?  None if it cannot be called. */
function parameters(symbol, signatures) {
  const own = signatures.get(symbol);
  if (own === undefined) return symbol.startsWith(PRIVATE) ? 0 : undefined;         // the library declares the others
  const name = symbol.endsWith(BOXED) ? symbol.slice(0, -BOXED.length) : symbol;
  const called = signatures.get(name + BOXED) ?? own;
  const callable = OBJECTS_ONLY.test(called) && arity(signatures.get(name) ?? called) <= MOST;
  return callable ? arity(called) : undefined;
}

/**
 * A line for each function and private constant: its symbol without the prefix and the number of its
 * parameters, each with a space after it.  The token of the real world counts, which only the boxed version
 * still has.  Sorted, so that neighbours share most of their names.
 * @param {[string, number][]} symbols names and addresses @param {Map<string, string>} signatures of functions
 */
export function declarationList(symbols, signatures) {
  const lines = symbols.flatMap(([symbol]) => {
    if (!symbol.startsWith(PREFIX) || INTERNAL.test(symbol)) return [];
    const count = parameters(symbol, signatures);
    return count === undefined ? [] : [`${symbol.slice(PREFIX.length)} ${count} \n`];
  });
  return Buffer.from(lines.sort().join(''));
}
