/** The part of Markdown that the runbook is written in, as elements: what is a text stays a text. */

import {el} from "../ui/dom.js";

const {code, li, p, pre, strong, table, tbody, td, th, thead, tr, ul} = el;

/**
 * Cuts a text at its headings.
 *
 * @param {string} text
 * @return {{level: number, title: string, body: string}[]}
 */
export function sections(text) {
  return text.split(/^(?=#{1,6} )/m).filter((part) => part.startsWith("#")).map((part) => {
    const [, marks, title] = /^(#+) (.*)/.exec(part);
    return {level: marks.length, title, body: part.slice(part.indexOf("\n") + 1).trim()};
  });
}

/** The elements of a text without headings. @param {string} text */
export function blocks(text) {
  return text.split(/\n{2,}/).filter(Boolean).map((block, key) => {
    if (block.startsWith("```")) return pre({key, tabIndex: 0}, block.split("\n").slice(1, -1).join("\n"));
    if (block.startsWith("- ")) return ul({key}, block.split(/\n(?=- )/).map((item, index) => li({key: index}, spans(item.slice(2)))));
    if (block.startsWith("|")) return grid(block, key);
    return p({key}, spans(block));
  });
}

function grid(block, key) {
  const [head, , ...rows] = block.split("\n").map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
  return table({key, class: "plain-table"},
    thead({}, tr({}, head.map((cell, index) => th({key: index, scope: "col"}, spans(cell))))),
    tbody({}, rows.map((cells, row) => tr({key: row}, cells.map((cell, index) => td({key: index}, spans(cell)))))));
}

/** Bold, code and links; of a link only its text, since other pages are not here. */
function spans(text) {
  return text.replace(/\n/g, " ").split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part, key) => {
    if (part.startsWith("**")) return strong({key}, part.slice(2, -2));
    if (part.startsWith("`")) return code({key}, part.slice(1, -1));
    const link = /^\[([^\]]+)\]\(/.exec(part);
    return link ? link[1].replace(/`/g, "") : part;
  });
}
