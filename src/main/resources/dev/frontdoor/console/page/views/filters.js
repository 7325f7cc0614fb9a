/** The filters of the endpoint, as a form and as small tags that remove them. */

import {FILTERS, filtersOf} from "../core/query.js";
import {change} from "../core/router.js";
import {el, h} from "../ui/dom.js";
import {Field} from "../ui/parts.js";

const {button, div, p, span} = el;

/** @param {{params: URLSearchParams}} props */
export function FilterForm({params}) {
  return div({class: "filters"},
    p({class: "hint"}, "* stands for any characters, ? for any one."),
    div({class: "fields"}, FILTERS.map(({key, title, hint}) =>
      h(Field, {key, title, hint, value: params.get(key) ?? "", onInput: (event) => change({[key]: event.currentTarget.value})}))));
}

/**
 * The filters that are set.
 *
 * @param {URLSearchParams} params
 * @param {Record<string, string>} others what changes with them
 */
export function chips(params, others = {}) {
  const filters = Object.entries(filtersOf(params));
  return filters.length === 0 ? null : div({class: "chips"}, filters.map(([key, value]) => {
    const {title} = FILTERS.find((filter) => filter.key === key);
    return span({class: "chip", key}, span({class: "text", title: value}, `${title}: ${value}`),
      button({type: "button", "aria-label": `Remove the filter ${title}`, onClick: () => change({...others, [key]: ""})}, "×"));
  }), button({type: "button", class: "plain", onClick: () => change({...others, ...Object.fromEntries(filters.map(([key]) => [key, ""]))})}, "Remove all"));
}
