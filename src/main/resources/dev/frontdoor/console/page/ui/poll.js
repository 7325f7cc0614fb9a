/** A component that reads something again and again while it is shown. */

import {Component} from "./dom.js";

export class Polling extends Component {
  #timer = 0;
  #shown = false;
  /** Grows with each reading; only the latest one counts. */
  #turn = 0;

  /** Seconds between two readings. */
  interval = 5;

  componentDidMount() {
    this.#shown = true;
    this.poll();
  }

  componentWillUnmount() {
    this.#shown = false;
    clearTimeout(this.#timer);
  }

  /** Reads now, and then again after the interval. */
  poll = async () => {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const fault = await this.read().then(() => null, (error) => error.message);
    if (!this.#shown || turn !== this.#turn) return;
    this.setState({fault});
    this.#timer = setTimeout(this.poll, this.interval * 1000);
  };

  /** Reads once. @return {Promise<void>} */
  async read() {
    throw new Error("a subclass reads something");
  }
}
