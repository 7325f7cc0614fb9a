/** Small parts that the views share. */

import {clock, exact, number, relative} from "../core/format.js";
import {classes, Component, createRef, el, h} from "./dom.js";

const {a, button, code, dd, details, div, dl, dt, h2, input, label, meter, option, p, select, small, span, summary, time} = el;

/** A date: the time and how long ago it was; the exact date is its title. */
export const When = ({date}) =>
  date
    ? time({dateTime: date, title: exact(date)}, span({}, clock(date)), " ", small({}, relative(date)))
    : span({class: "none"}, "never");

/** A date in full. */
export const Moment = ({date}) => time({dateTime: date}, span({}, exact(date)), " ", small({}, relative(date)));

/** A text of a worker, or a dash if it has none. Long ones are cut by the style, and whole in the title. */
export const Text = ({value}) =>
  value === null || value === undefined || value === ""
    ? span({class: "none"}, "–")
    : span({class: "text", title: value}, String(value));

/** Several texts in one line. */
export const Texts = ({values}) => h(Text, {value: values.join(", ")});

/** Labels as small tags. */
export const Labels = ({labels}) => {
  const names = Object.keys(labels);
  return names.length === 0
    ? span({class: "none"}, "–")
    : span({class: "labels", title: names.map((name) => `${name}: ${labels[name]}`).join("\n")},
      names.map((name) => span({class: "tag", key: name}, small({}, name), " ", labels[name])));
};

/** One figure with its name. */
export const Figure = ({title, value, note, tone}) =>
  div({class: classes("figure", tone)},
    dt({}, title), dd({}, span({class: "value"}, value), note ? small({}, note) : null));

/** Pairs of a name and a value. @param {{pairs: [string, any][]}} props */
export const Facts = ({pairs}) =>
  dl({class: "facts"}, pairs.map(([name, value]) => [dt({}, name), dd({}, value)]));

/** A panel with a heading. */
export const Panel = ({title, aside, children, id}) =>
  el.section({class: "panel", "aria-label": title, id}, div({class: "panel-head"}, h2({}, title), aside), children);

/** What a view shows in place of rows. */
export const Empty = ({title, children}) => div({class: "empty"}, p({class: "empty-title"}, title), children ? p({}, children) : null);

/** A fault, with what to do. */
export const Fault = ({message, onRetry}) =>
  div({class: "fault", role: "alert"}, span({}, message), onRetry ? button({type: "button", onClick: onRetry}, "Try again") : null);

/** A word with a colored sign; the sign alone says nothing. @param {{tone: "good"|"warning"|"critical"|"quiet", children: any}} props */
export const Badge = ({tone, children}) => span({class: `badge ${tone}`}, children);

/** A labeled field. @param {{title: string, hint?: string}} props and the attributes of its input */
export const Field = ({title, hint, ...attributes}) =>
  label({class: "field"}, span({}, title), input({type: "text", autocomplete: "off", spellcheck: false, placeholder: hint, ...attributes}));

/** A labeled choice. @param {{title: string, value: string, options: {key: string, title: string}[], onChange: (key: string) => void}} props */
export const Choice = ({title, value, options, onChange}) =>
  label({class: "field"}, span({}, title),
    select({value, onChange: (event) => onChange(event.currentTarget.value)},
      options.map(({key, title: name}) => option({value: key, key, selected: key === value}, name))));

/** A button that opens a small panel below it. */
export const Menu = ({title, children}) =>
  details({class: "menu", onKeyDown: closeOnEscape}, summary({}, title), div({class: "menu-panel"}, children));

function closeOnEscape(event) {
  const menu = event.currentTarget;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
}

/** A share of a whole as a bar beside its number. */
export const Share = ({count, whole, title}) =>
  span({class: "share"}, meter({min: 0, max: Math.max(whole, 1), value: count, "aria-label": title}), span({}, number(count)));

/** A link that looks like one. */
export const Link = ({to, children, ...attributes}) => a({href: to, ...attributes}, children);

/** A text of code, on one line. */
export const Code = ({children}) => code({}, children);

/** A field for a search that reports each letter. */
export class SearchField extends Component {
  #field = createRef();

  /** The key `/` leads to the search, as elsewhere. */
  #onKey = (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#field.current.focus();
    }
  };

  componentDidMount() {
    document.addEventListener("keydown", this.#onKey);
  }

  componentWillUnmount() {
    document.removeEventListener("keydown", this.#onKey);
  }

  render({title, value, onSearch}) {
    return input({
      ref: this.#field, type: "search", class: "search", value, placeholder: `${title}  ( / )`, "aria-label": title,
      autocomplete: "off", spellcheck: false, onInput: (event) => onSearch(event.currentTarget.value),
    });
  }
}
