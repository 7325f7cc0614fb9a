/**
 * A table of any number of rows, of which only those in sight are in the document. Rows have one height.
 * The arrow keys go from row to row.
 */

import {classes, Component, createRef, el, h} from "./dom.js";

const {button, col, colgroup, div, span, table, tbody, td, th, thead, tr} = el;

/** Rows above and below those in sight. */
const MARGIN = 8;

/** The height of a row in pixels; on narrow screens it has a second line. */
const ROW = 34;
const TALL_ROW = 52;

/** Whether there is room for two columns only. */
export const isNarrow = () => matchMedia("(max-width: 640px)").matches;

/** Whether there is room for some columns only. */
export const isMedium = () => matchMedia("(max-width: 1100px)").matches;

const heightOfRows = () => (isNarrow() ? TALL_ROW : ROW);

/**
 * @template T
 * @typedef {{key: string, title: string, width?: string, align?: "end", cell: (row: T) => any, sortable?: boolean}} Column
 */

/**
 * @template T
 * @typedef {object} TableProps
 * @property {string} title what the table lists, for screen readers
 * @property {Column<T>[]} columns the first one is the heading of its row
 * @property {T[]} rows
 * @property {(row: T) => string|number} rowKey
 * @property {{key: string, descending: boolean}} [sort]
 * @property {(key: string) => void} [onSort]
 * @property {any} empty what is shown without rows
 */

export class Table extends Component {
  #frame = createRef();
  /** The row that gets the focus once it is in the document. */
  #wanted = -1;
  #sizes = new ResizeObserver(() => this.#measure());
  state = {top: 0, height: 600};

  componentDidMount() {
    this.#sizes.observe(this.#frame.current);
  }

  componentWillUnmount() {
    this.#sizes.disconnect();
  }

  componentDidUpdate() {
    if (this.#wanted < 0) return;
    const row = this.#frame.current.querySelector(`[aria-rowindex="${this.#wanted + 2}"]`);
    if (row) {
      this.#wanted = -1;
      (row.querySelector("a, button") ?? row).focus({preventScroll: true});
    }
  }

  #measure() {
    const frame = this.#frame.current;
    if (frame && (frame.scrollTop !== this.state.top || frame.clientHeight !== this.state.height)) {
      this.setState({top: frame.scrollTop, height: frame.clientHeight});
    }
  }

  #onKey = (event) => {
    const index = Number(event.target.closest("[aria-rowindex]")?.getAttribute("aria-rowindex") ?? 1) - 2;
    const steps = {ArrowDown: index + 1, ArrowUp: index - 1};
    const next = steps[event.key];
    if (next === undefined || next < 0 || next >= this.props.rows.length || event.target.closest("thead")) return;
    event.preventDefault();
    this.#wanted = next;
    this.#reveal(next);
    this.forceUpdate();
  };

  #reveal(index) {
    const frame = this.#frame.current;
    const rowHeight = heightOfRows();
    const head = frame.querySelector("thead").offsetHeight;
    const top = index * rowHeight;
    if (top < frame.scrollTop) frame.scrollTop = top;
    else if (top + rowHeight + head > frame.scrollTop + frame.clientHeight) frame.scrollTop = top + rowHeight + head - frame.clientHeight;
    this.#measure();
  }

  /** @param {TableProps<any>} props */
  render({title, columns, rows, rowKey, sort, onSort, empty}, {top, height}) {
    const rowHeight = heightOfRows();
    const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - MARGIN, rows.length - 1));
    const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + MARGIN);
    const inSight = rows.slice(first, last);
    return div({
      class: "table-frame", ref: this.#frame, tabIndex: 0, role: "region", "aria-label": title,
      onScroll: () => this.#measure(), onKeyDown: this.#onKey,
    },
    table({"aria-label": title, "aria-rowcount": rows.length + 1},
      colgroup({}, columns.map(({key, width}) => col({key, style: {width: width ?? "auto"}}))),
      thead({}, tr({"aria-rowindex": 1}, columns.map((column) => h(Heading, {key: column.key, column, sort, onSort})))),
      tbody({},
        spacer("above", first * rowHeight, columns.length),
        inSight.map((row, index) =>
          tr({key: rowKey(row), "aria-rowindex": first + index + 2, style: {height: `${rowHeight}px`}},
            columns.map((column, place) => place === 0
              ? th({key: column.key, scope: "row", class: column.align}, column.cell(row))
              : td({key: column.key, class: column.align}, column.cell(row))))),
        spacer("below", (rows.length - last) * rowHeight, columns.length))),
    rows.length === 0 ? empty : null);
  }
}

/** Takes the room of the rows that are not in the document. */
function spacer(key, height, columns) {
  return height > 0
    ? tr({key, class: "spacer", "aria-hidden": "true"}, td({colSpan: columns, style: {height: `${height}px`}}))
    : null;
}

function Heading({column, sort, onSort}) {
  if (!column.sortable || !onSort) {
    return th({scope: "col", class: column.align}, column.title);
  }
  const active = sort?.key === column.key;
  const direction = active ? (sort.descending ? "descending" : "ascending") : "none";
  return th({scope: "col", class: column.align, "aria-sort": direction},
    button({type: "button", class: classes("sort", active && direction), onClick: () => onSort(column.key)},
      column.title, span({class: "arrow", "aria-hidden": "true"}, active ? (sort.descending ? " ↓" : " ↑") : "")));
}
