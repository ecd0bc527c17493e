/** Requests to the service, and its event streams. */

const TOKEN = "qstar-token";

export class Refused extends Error {
  /**
   * @param {number} status 0 when the service could not be reached.
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {string} token */
export const keepToken = token => sessionStorage.setItem(TOKEN, token);

/** @returns {Record<string, string>} */
function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { authorization: `Bearer ${token}` } : {};
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
async function send(method, path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, {
      method, signal,
      headers: body === undefined ? headers() : { ...headers(), "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, "qstar cannot be reached; is it still running?");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  const where = said.where ? `${said.where}: ` : "";
  const remedy = said.remedy ? `. ${said.remedy}` : "";
  throw new Refused(answer.status, `${where}${said.error ?? answer.statusText}${remedy}`);
}

/** @param {string} path @returns {Promise<any>} */
export const get = async path => (await send("GET", path)).json();

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export const post = async (path, body) => (await send("POST", path, body)).json();

/** @param {string} path @returns {Promise<any>} */
export const remove = async path => (await send("DELETE", path)).json();

/**
 * Read the events of a stream until it ends.
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(data: any) => void} onData
 */
export async function stream(path, signal, onData) {
  const { body } = await send("GET", path, undefined, signal);
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines)
      if (line.startsWith("data:")) onData(JSON.parse(line.slice(5)));
  }
}
