/** WebAssembly's exceptions, which Node has and TypeScript's library does not. */
declare namespace WebAssembly {
  class Tag {
    constructor(type: { parameters: string[] });
  }
  class Exception {
    constructor(tag: Tag, payload: unknown[]);
    is(tag: Tag): boolean;
    getArg(tag: Tag, index: number): unknown;
  }
}
