/** What happens in the fleet: the changes of all instances that share a directory. */

import {EventStream} from "./stream.js";

/**
 * @typedef {"departed"|"lost"|"moved"|"returned"} FleetEnd
 * @typedef {import("./store.js").Worker & {instance: string, kind: FleetEnd, at: string}} FleetDeparture
 */

/** How a worker has left the fleet, in plain words. @type {Record<FleetEnd, string>} */
export const FLEET_ENDS = {
  departed: "Left its instance",
  lost: "Lost: its instance died",
  moved: "Moved: its instance died",
  returned: "Back: its instance was cut off",
};

/** Departures that the page keeps. */
const MAX_KEPT = 1000;

/**
 * The service does not keep the changes of the fleet. So the page knows those since it follows them; the service needs up to
 * a renewal interval until it does.
 */
export class FleetChanges {
  /** Newest first. @type {FleetDeparture[]} */
  departures = [];
  /** When the present stream was opened; null before the first. @type {string|null} */
  since = null;
  /** @type {import("./stream.js").LinkState} */
  link = "connecting";
  linkReason = "";

  /** @type {EventStream|null} */
  #stream = null;
  #onChange;

  /** @param {import("./api.js").Api} api @param {() => void} onChange */
  constructor(api, onChange) {
    this.api = api;
    this.#onChange = onChange;
  }

  /** Follows the changes from now on. */
  open() {
    this.#stream = new EventStream(this.api, {scope: "fleet"}, (type, data) => this.#apply(type, data), (link, reason) => {
      this.link = link;
      this.linkReason = reason;
      this.#onChange();
    });
    this.#stream.run();
  }

  /** Begins anew at once, if it is open. */
  restart() {
    this.#stream?.restart();
  }

  close() {
    this.#stream?.stop();
    this.#stream = null;
  }

  #apply(type, data) {
    const at = new Date().toISOString();
    if (type === "opened") this.since = at;
    else if (Object.hasOwn(FLEET_ENDS, type)) {
      this.departures = [{...data.worker, kind: type, at}, ...this.departures.slice(0, MAX_KEPT - 1)];
    }
    this.#onChange();
  }
}
