/** What the views share: the endpoints, the session, the store, and messages. */

import {Api} from "./api.js";
import {FleetChanges} from "./fleet.js";
import {Session} from "./session.js";
import {Store} from "./store.js";
import {EventStream} from "./stream.js";

/** Milliseconds between two drawings because of changes that nobody asked for. */
const FRAME = 250;
const WATCH_INTERVAL = 5000;
const MESSAGE_TIME = 6000;

export class Page {
  /** A short text about what has just been done; it is also read aloud. */
  message = "";
  /** Build and version. @type {any} */
  info = null;
  #timer = 0;
  #messageTimer = 0;
  #draw;

  /** @param {Record<string, string>} endpoints @param {(page: Page) => void} draw */
  constructor(endpoints, draw) {
    this.#draw = draw;
    this.api = new Api(endpoints);
    this.store = new Store(() => this.#drawLater());
    this.session = new Session(this.api, () => this.draw());
    this.fleetChanges = new FleetChanges(this.api, () => this.#drawLater());
    this.stream = new EventStream(
      this.api,
      {snapshot: "true"},
      (type, data) => this.#onEvent(type, data),
      (link, linkReason) => this.store.set({link, linkReason}));
  }

  start() {
    this.stream.run();
    this.#watch();
    this.#readOnce();
    this.draw();
  }

  /** Draws at once. */
  draw() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#draw(this);
  }

  /** Shows a message for a while. @param {string} text */
  say(text) {
    this.message = text;
    clearTimeout(this.#messageTimer);
    this.#messageTimer = setTimeout(() => {
      this.message = "";
      this.draw();
    }, MESSAGE_TIME);
    this.draw();
  }

  /** Signs in, or out without a token, and reads everything anew. @param {string|null} token */
  async signIn(token) {
    await this.session.use(token);
    if (this.session.prompt) return;
    this.stream.restart();
    this.fleetChanges.restart();
    await this.#readOnce();
  }

  #drawLater() {
    this.#timer ||= setTimeout(() => this.draw(), FRAME);
  }

  #onEvent(type, data) {
    const known = this.store.instance;
    this.store.apply(type, data);
    if (type === "reset" && known && known !== data.instance) {
      this.say("The service has restarted. The page shows its new table.");
      this.#readOnce();
    }
  }

  async #readOnce() {
    const {api, store} = this;
    await this.session.identify();
    const [departures, rejections, drain, info] = await Promise.all(
      [api.read("departures", {limit: "1000"}), api.read("rejections", {limit: "1000"}), api.read("drain"), api.read("info")]
        .map((request) => request.catch(() => null)));
    store.addHistory(departures?.departures ?? [], rejections?.rejections ?? []);
    if (drain) store.set({drain});
    if (info) this.info = info;
    this.draw();
  }

  /** The fleet, or why it is not known; null without a directory. */
  async #readFleet() {
    try {
      return await this.api.read("fleet", {limit: "1"});
    } catch ({status, message}) {
      if (status !== 404) return {fault: message};
      this.api.forget("fleet");
      return null;
    }
  }

  /** Reads again and again what no event tells. */
  async #watch() {
    const {api, store} = this;
    for (;;) {
      const [health, rates, fleet] = await Promise.all([
        api.health().catch(() => null),
        api.has("rates") ? api.read("rates").catch(() => null) : null,
        api.has("fleet") ? this.#readFleet() : null,
      ]);
      store.set({health, fleet, ...(rates ? {rates: rates.intervals} : {})});
      await new Promise((resolve) => setTimeout(resolve, WATCH_INTERVAL));
    }
  }
}
