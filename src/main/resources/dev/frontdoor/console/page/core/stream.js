/**
 * The stream of events, read with `fetch`: an `EventSource` cannot send a token. After a break it
 * resumes after the last event that it has.
 */

/** @typedef {"connecting"|"live"|"broken"|"refused"} LinkState */

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

export class EventStream {
  #lastId = null;
  #pause = FIRST_PAUSE;
  #abort = new AbortController();
  #wake = () => {};
  #stopped = false;

  /**
   * @param {import("./api.js").Api} api
   * @param {Record<string, string>} params which events, as the endpoint has it
   * @param {(type: string, data: any) => void} onEvent
   * @param {(state: LinkState, reason: string) => void} onState
   */
  constructor(api, params, onEvent, onState) {
    this.api = api;
    this.params = params;
    this.onEvent = onEvent;
    this.onState = onState;
  }

  /** Follows the events until it is stopped. */
  async run() {
    for (;;) {
      try {
        await this.#read();
        if (this.#stopped) return;
        this.onState("broken", "The service ended the stream.");
      } catch (error) {
        if (this.#stopped) return;
        const refused = error.status > 0;
        this.onState(refused ? "refused" : "broken", error.status === 401 ? "There are no events without an accepted token." : error.message);
        if (error.retryAfter) this.#pause = error.retryAfter * 1000;
      }
      await this.#rest();
      if (this.#stopped) return;
      this.onState("connecting", "");
    }
  }

  stop() {
    this.#stopped = true;
    this.#abort.abort();
    this.#wake();
  }

  /** Begins anew at once, for instance with another token. */
  restart() {
    this.#abort.abort();
    this.#pause = FIRST_PAUSE;
    this.#wake();
  }

  async #read() {
    this.#abort = new AbortController();
    const response = await this.api.request("events", {
      params: this.params,
      headers: this.#lastId ? {"Last-Event-ID": this.#lastId} : {},
      signal: this.#abort.signal,
    });
    this.onState("live", "");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser((id, type, data) => {
      this.#pause = FIRST_PAUSE;
      this.onEvent(type, data);
      if (id) this.#lastId = id;
    });
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      parser.push(value);
    }
  }

  /** Waits at random, so that many pages do not come back in step. */
  async #rest() {
    const pause = this.#pause * (0.5 + Math.random() / 2);
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Cuts a text that arrives in pieces into server-sent events. */
export class EventParser {
  #rest = "";

  /** @param {(id: string|null, type: string, data: any) => void} onEvent */
  constructor(onEvent) {
    this.onEvent = onEvent;
  }

  /** @param {string} text the next piece */
  push(text) {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop();
    blocks.forEach((block) => this.#event(block));
  }

  #event(block) {
    let id = null;
    let type = "";
    let data = "";
    for (const line of block.split("\n")) {
      if (line.startsWith("id: ")) id = line.slice(4);
      else if (line.startsWith("event: ")) type = line.slice(7);
      else if (line.startsWith("data: ")) data = line.slice(6);
    }
    if (data) this.onEvent(id, type, JSON.parse(data));
  }
}
