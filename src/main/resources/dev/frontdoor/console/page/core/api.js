/** Requests to the endpoints of the service. */

/** A response that is not a success, or no response at all: then `status` is 0. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message what the service says
   * @param {number} retryAfter seconds to wait before another try; 0 if the service does not say
   */
  constructor(status, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export class Api {
  /** The token of the operator. It is only here, in memory. @type {string|null} */
  token = null;

  /** Called when the service does not accept the token, or wants one. @type {(error: ApiError) => void} */
  onUnauthorized = () => {};

  /** @param {Record<string, string>} endpoints the address of each endpoint by its name */
  constructor(endpoints) {
    this.endpoints = endpoints;
  }

  /** Whether the service exposes an endpoint. @param {string} endpoint */
  has(endpoint) {
    return endpoint in this.endpoints;
  }

  /** The service exposes an endpoint only to say what it lacks. @param {string} endpoint */
  forget(endpoint) {
    delete this.endpoints[endpoint];
  }

  /**
   * Sends a request.
   *
   * @param {string} endpoint its name, and what follows it in the path
   * @param {{method?: string, params?: Record<string, string>, body?: object, headers?: Record<string, string>, signal?: AbortSignal}} options
   * @return {Promise<Response>} a success
   */
  async request(endpoint, {method = "GET", params, body, headers = {}, signal} = {}) {
    const [name, ...rest] = endpoint.split("/");
    if (!this.has(name)) {
      throw new ApiError(404, `The service does not expose '${name}'.`);
    }
    const path = [this.endpoints[name], ...rest.map(encodeURIComponent)].join("/");
    const query = params ? `?${new URLSearchParams(params)}` : "";
    const {token} = this;
    let response;
    try {
      response = await fetch(path + query, {
        method, signal, cache: "no-store",
        headers: {...headers, ...credentials(token), ...(body ? {"Content-Type": "application/json"} : {})},
        body: body ? JSON.stringify(body) : undefined,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ApiError(0, "The service does not answer.");
    }
    if (response.ok) {
      return response;
    }
    throw await this.#refusal(response, token);
  }

  /** Reads JSON. @param {string} endpoint @param {Record<string, string>} [params] */
  async read(endpoint, params) {
    return (await this.request(endpoint, {params})).json();
  }

  /** Reads the health, which has a body with status 503 too. */
  async health() {
    const {token} = this;
    const response = await fetch(this.endpoints.health, {cache: "no-store", headers: credentials(token)});
    if (response.ok || response.status === 503) {
      return response.json();
    }
    throw await this.#refusal(response, token);
  }

  /** Makes a change. The result is null if the response has no body. @return {Promise<any>} */
  async change(method, endpoint, {params, body} = {}) {
    const text = await (await this.request(endpoint, {method, params, body})).text();
    return text ? JSON.parse(text) : null;
  }

  /** A refusal of a token that has been replaced meanwhile says nothing about the present one. */
  async #refusal(response, token) {
    const error = new ApiError(
      response.status, await message(response), Number(response.headers.get("Retry-After") ?? 0));
    if (response.status === 401 && token === this.token) {
      this.onUnauthorized(error);
    }
    return error;
  }
}

/** @param {string|null} token @return {Record<string, string>} */
const credentials = (token) => (token ? {Authorization: `Bearer ${token}`} : {});

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** What a refusal says. @param {Response} response */
async function message(response) {
  try {
    const body = await response.json();
    if (response.status === 409 && "matching" in body) {
      return `${body.matching} workers match now; nothing was changed.`;
    }
    return sentence(body.message ?? `the service answered with ${response.status}`);
  } catch {
    return `The service answered with ${response.status}.`;
  }
}
