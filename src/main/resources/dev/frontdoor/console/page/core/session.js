/** Who uses the page, and what they may change. The token is in memory only: a reload forgets it. */

/** @typedef {{name: string, proof: string, roles: string[], changes: string[]}} Operator */

/** Why the page asks for a token. */
export const PROMPTS = {
  missing: "This service wants a token.",
  wrong: "The service does not accept this token.",
  expired: "This token has expired. Enter a fresh one.",
  chosen: "With a token of the role operate, you can change something here.",
};

export class Session {
  /** @type {Operator|null} */
  operator = null;
  /** Why a token is wanted now; null if none is. @type {keyof typeof PROMPTS|null} */
  prompt = null;
  /** Whether the operator has chosen to go on without another token. */
  #dismissed = false;
  #onChange;

  /** @param {import("./api.js").Api} api @param {() => void} onChange */
  constructor(api, onChange) {
    this.api = api;
    this.#onChange = onChange;
    api.onUnauthorized = (error) => this.ask(reason(api.token, error.message));
  }

  /** Asks for a token. @param {keyof typeof PROMPTS} why */
  ask(why) {
    if (this.#dismissed && why !== "chosen") return;
    this.prompt = why;
    this.#onChange();
  }

  /** Leaves the page without another token. */
  dismiss() {
    this.prompt = null;
    this.#dismissed = true;
    this.#onChange();
  }

  /** Uses a token from now on, if the service accepts it. @param {string|null} token */
  async use(token) {
    this.api.token = token;
    this.prompt = null;
    this.#dismissed = false;
    await this.identify();
  }

  /** Finds out who the service takes the operator for. An answer that comes after another token counts for nothing. */
  async identify() {
    const {token} = this.api;
    const operator = this.api.has("operator") ? await this.api.read("operator").catch(() => null) : null;
    if (token !== this.api.token) return;
    this.operator = operator;
    this.#onChange();
  }

  /** Whether the operator may change something through an endpoint. Without the endpoint `operator`, the service decides. */
  may(endpoint) {
    if (!this.api.has(endpoint)) return false;
    return this.api.has("operator") ? this.operator?.changes.includes(endpoint) ?? false : true;
  }

  /** Whether there is anything that the operator may change. */
  get mayChange() {
    return ["registrations", "evictions", "bans", "drain", "loggers"].some((endpoint) => this.may(endpoint));
  }
}

function reason(token, message) {
  if (!token) return "missing";
  return message.includes("expired") ? "expired" : "wrong";
}
