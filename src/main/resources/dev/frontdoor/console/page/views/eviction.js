/** The form of an eviction: which workers, how many, how fast; a preview; and only then the question. */

import {counted, duration, number} from "../core/format.js";
import {FILTERS, filtersOf} from "../core/query.js";
import {Component, el} from "../ui/dom.js";
import {Choice, Empty, Fault, Field} from "../ui/parts.js";

const {button, div, form, h3, input, label, li, p, span, ul} = el;

const NAMES_SHOWN = 12;

export class EvictionForm extends Component {
  state = {filters: filtersOf(this.props.params), unit: "percent", amount: "100", rate: "", comeBack: true, preview: null, fault: ""};

  /** Any change of the form makes the preview a wrong one. */
  #set(values) {
    this.setState({...values, preview: null, fault: ""});
  }

  #preview = async (event) => {
    event.preventDefault();
    const {filters, unit, amount} = this.state;
    try {
      const found = await this.props.page.api.read("registrations", {...filters, limit: String(NAMES_SHOWN)});
      const matching = found.matching;
      const selected = unit === "percent" ? Math.ceil((matching * Number(amount)) / 100) : Math.min(matching, Number(amount));
      this.setState({preview: {matching, selected, names: found.registrations.map(({pid, identity}) => ({pid, identity}))}, fault: ""});
    } catch (error) {
      this.setState({preview: null, fault: error.message});
    }
  };

  #start = () => {
    const {filters, unit, amount, rate, comeBack, preview} = this.state;
    const {page, ask} = this.props;
    ask({
      title: "Start this eviction?",
      text: `About ${counted(preview.selected, "worker")} of ${number(preview.matching)} that match are closed with ${comeBack ? "1012, which invites them to reconnect" : "4502, which tells them not to come back"}. ${pace(preview.selected, rate)}`,
      confirm: "Evict",
      dangerous: true,
      run: async () => {
        const body = {...filters, comeBack, ...(unit === "percent" ? {share: Number(amount) / 100} : {count: Number(amount)})};
        if (rate) body.ratePerSecond = Number(rate);
        const eviction = await page.api.change("POST", "evictions", {body});
        this.setState({preview: null});
        return `The eviction of ${counted(eviction.selected, "worker")} has begun.`;
      },
    });
  };

  render(_, {filters, unit, amount, rate, comeBack, preview, fault}) {
    return form({class: "eviction", onSubmit: this.#preview},
      h3({}, "Which workers"),
      p({class: "hint"}, "* stands for any characters, ? for any one. Without a filter, all workers match."),
      div({class: "fields"}, FILTERS.map(({key, title, hint}) => Field({
        key, title, hint, value: filters[key] ?? "", onInput: (event) => this.#setFilter(key, event.currentTarget.value),
      }))),
      h3({}, "How many, and how fast"),
      div({class: "fields"},
        Choice({title: "Choose by", value: unit, options: [{key: "percent", title: "a share"}, {key: "count", title: "a number"}], onChange: (next) => this.#set({unit: next})}),
        Field({title: unit === "percent" ? "Share in percent" : "How many at most", inputMode: "numeric", required: true, pattern: "[0-9]+", value: amount, onInput: (event) => this.#set({amount: event.currentTarget.value})}),
        Field({title: "Closes per second", hint: "optional", inputMode: "numeric", pattern: "[0-9]*", value: rate, onInput: (event) => this.#set({rate: event.currentTarget.value})}),
        label({class: "check"}, input({type: "checkbox", checked: comeBack, onChange: (event) => this.#set({comeBack: event.currentTarget.checked})}), span({}, "They may come back"))),
      fault ? Fault({message: fault}) : null,
      div({class: "buttons"}, button({type: "submit", class: "primary"}, "Preview")),
      preview ? this.#shown(preview) : null);
  }

  #setFilter(key, value) {
    const {[key]: _, ...others} = this.state.filters;
    this.#set({filters: value ? {...others, [key]: value} : others});
  }

  #shown({matching, selected, names}) {
    if (matching === 0) return Empty({title: "No worker matches", children: "Change the filters."});
    return div({class: "preview", role: "status"},
      h3({}, `${counted(selected, "worker")} of ${number(matching)} that match`),
      p({class: "hint"}, selected < matching ? "They are chosen at random among:" : "All of:"),
      ul({class: "names"}, names.map(({pid, identity}) => li({key: pid}, span({class: "text", title: identity}, identity))),
        matching > names.length ? li({class: "quiet"}, `and ${number(matching - names.length)} more`) : null),
      div({class: "buttons"}, button({type: "button", class: "danger", onClick: this.#start}, "Evict …")));
  }
}

function pace(selected, rate) {
  return rate ? `At ${rate} per second this takes ${duration(selected / Number(rate))}.` : "They are closed over the window of the drain.";
}
