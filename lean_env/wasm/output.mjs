import fs from 'node:fs';

const nap = new Int32Array(new SharedArrayBuffer(4));

/** Write all of `bytes`, also where the pipe is full and does not block. @param {number} fd @param {Uint8Array} bytes */
export function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
}

/** @param {number} fd */
export const printer = fd => line => writeAll(fd, Buffer.from(`${line}\n`));
