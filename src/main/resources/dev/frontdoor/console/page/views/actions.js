/** Actions: evictions, bans and the drain. Shown to operators who may change something. */

import {counted, exact, number, relative} from "../core/format.js";
import {el, h} from "../ui/dom.js";
import {Badge, Empty, Facts, Fault, Field, Panel, Text, When} from "../ui/parts.js";
import {Polling} from "../ui/poll.js";
import {EvictionForm} from "./eviction.js";

const {button, div, form, h1, header, li, p, progress, span, ul} = el;

const STATES = {running: "warning", finished: "good", canceled: "quiet", superseded: "quiet"};

export class ActionsView extends Polling {
  interval = 1;
  state = {evictions: [], bans: [], drain: null, fault: null};

  async read() {
    const {api} = this.props.page;
    const [evictions, bans, drain] = await Promise.all(
      ["evictions", "bans", "drain"].map((endpoint) => (api.has(endpoint) ? api.read(endpoint) : null)));
    this.setState({evictions: evictions?.evictions ?? [], bans: bans?.bans ?? [], drain});
    this.interval = drain?.state === "draining" || this.state.evictions.some(({state}) => state === "running") ? 1 : 5;
  }

  /** Does something, and shows the new state at once. */
  #ask = (action) => this.props.ask({...action, run: async (values) => {
    const message = await action.run(values);
    await this.poll();
    return message;
  }});

  /** @param {import("./app.js").ViewProps} props */
  render({page, route}, {evictions, bans, drain, fault}) {
    const {session, api} = page;
    return div({class: "stack"},
      header({class: "view-head"}, h1({}, "Actions")),
      fault ? Fault({message: fault, onRetry: this.poll}) : null,
      session.may("evictions") ? Panel({title: "Evict workers", children: h(EvictionForm, {page, params: route.params, ask: this.#ask})}) : null,
      div({class: "columns"},
        session.may("evictions") ? Panel({title: "Evictions", children: this.#evictions(api, evictions)}) : null,
        session.may("drain") ? Panel({title: "Drain", children: this.#drain(api, page.store, drain)}) : null,
        session.may("bans") ? Panel({title: "Bans", children: [this.#banForm(api), this.#bans(api, bans)]}) : null));
  }

  #evictions(api, all) {
    return all.length === 0
      ? Empty({title: "No eviction", children: "An eviction sends some workers to other instances, or away for good."})
      : ul({class: "cards"}, all.slice(0, 10).map((eviction) => li({key: eviction.id}, this.#eviction(api, eviction))));
  }

  #eviction(api, {id, state, by, comeBack, selected, remaining, startedAt, deadline}) {
    const done = selected - remaining;
    return [
      div({class: "card-head"}, Badge({tone: STATES[state], children: state}), span({class: "grow"}, `${counted(selected, "worker")}, ${comeBack ? "to come back" : "for good"}`),
        state === "running" ? button({type: "button", onClick: () => this.#ask(cancelEviction(api, id, remaining))}, "Cancel …") : null),
      progress({max: Math.max(selected, 1), value: done, "aria-label": `Eviction ${id}`}),
      p({class: "hint", role: state === "running" ? "status" : undefined}, `${number(done)} of ${number(selected)} have left`,
        state === "running" ? `, the last ${relative(deadline)}` : "", `. Begun ${relative(startedAt)} by ${by}.`),
    ];
  }

  #drain(api, store, drain) {
    const state = drain?.state ?? "unknown";
    const draining = state === "draining";
    return [
      Facts({pairs: [["State", state], ["Connections", number(drain?.remaining || store.workers.size)],
        ...(drain?.deadline ? [["Deadline", `${exact(drain.deadline)}, ${relative(drain.deadline)}`]] : [])]}),
      p({class: "hint"}, "A drain closes all connections, so that workers reconnect to other instances, and takes no new worker."),
      div({class: "buttons"}, draining || state === "drained"
        ? button({type: "button", onClick: () => this.#ask(cancelDrain(api))}, "Cancel the drain …")
        : button({type: "button", class: "danger", onClick: () => this.#ask(startDrain(api, store.workers.size))}, "Drain …")),
    ];
  }

  #bans(api, bans) {
    return bans.length === 0
      ? p({class: "hint"}, "Nobody is banned.")
      : ul({class: "rows"}, bans.map(({identity, reason, until}) => li({key: identity},
        span({class: "grow"}, Text({value: identity})), span({class: "text quiet", title: reason}, reason), When({date: until}),
        button({type: "button", "aria-label": `End the ban of ${identity}`, onClick: () => this.#ask(endBan(api, identity))}, "End …"))));
  }

  #banForm(api) {
    const onSubmit = (event) => {
      event.preventDefault();
      const target = event.currentTarget;
      const {identity, duration, reason} = Object.fromEntries(new FormData(target));
      this.#ask({
        title: "Ban this identity?",
        text: `Registrations of ${identity} are rejected for ${duration}, and its connections are closed with 4500.`,
        confirm: "Ban", dangerous: true,
        run: async () => {
          await api.change("POST", "bans", {body: {identity, duration, disconnect: true, ...(reason ? {reason} : {})}});
          target.reset();
          return `${identity} is banned for ${duration}.`;
        },
      });
    };
    return form({class: "fields", onSubmit},
      Field({title: "Identity", hint: "exactly", name: "identity", required: true}),
      Field({title: "For how long", hint: "30m, 2h, 7d", name: "duration", required: true, pattern: "[0-9]+(s|m|h|d)", defaultValue: "1h"}),
      Field({title: "Reason", hint: "the worker reads it", name: "reason", maxLength: 200}),
      div({class: "buttons"}, button({type: "submit"}, "Ban …")));
  }
}

function cancelEviction(api, id, remaining) {
  return {
    title: "Cancel this eviction?",
    text: `${counted(remaining, "worker")} that it has not closed yet stay connected. Those that have left stay away.`,
    confirm: "Cancel the eviction",
    run: async () => {
      const {state} = await api.change("DELETE", `evictions/${id}`);
      return `The eviction is ${state}.`;
    },
  };
}

function startDrain(api, count) {
  return {
    title: "Drain this instance?",
    text: `All connections are closed, those of ${counted(count, "registered worker")} among them, and no worker is taken until the drain is canceled.`,
    confirm: "Drain",
    dangerous: true,
    run: async () => {
      await api.change("POST", "drain");
      return "The drain has begun.";
    },
  };
}

function cancelDrain(api) {
  return {
    title: "Cancel the drain?",
    text: "Workers that are still connected stay, and the service takes workers again.",
    confirm: "Cancel the drain",
    run: async () => {
      const {state} = await api.change("DELETE", "drain");
      return `The service is ${state}.`;
    },
  };
}

function endBan(api, identity) {
  return {
    title: "End this ban?",
    text: `${identity} may register again.`,
    confirm: "End the ban",
    run: async () => {
      await api.change("DELETE", "bans", {params: {identity}});
      return `${identity} may register again.`;
    },
  };
}
