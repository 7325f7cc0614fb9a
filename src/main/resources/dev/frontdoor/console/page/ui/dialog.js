/** A dialog that asks once before something is changed, and shows how it goes. */

import {Component, createRef, el} from "./dom.js";

const {button, dialog, div, form, h2, p} = el;

/**
 * @typedef {object} Action
 * @property {string} title a question
 * @property {string} text what will happen
 * @property {string} confirm the label of the button
 * @property {boolean} [dangerous]
 * @property {any} [fields] further elements of the form
 * @property {(values: Record<string, string>) => Promise<string>} run does it, and returns what to say
 */

/** @param {{action: Action, onDone: (message: string) => void, onCancel: () => void}} props */
export class ActionDialog extends Component {
  #dialog = createRef();
  state = {running: false, fault: ""};

  componentDidMount() {
    this.#dialog.current.showModal();
  }

  #onSubmit = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    this.setState({running: true, fault: ""});
    try {
      this.props.onDone(await this.props.action.run(/** @type {Record<string, string>} */ (values)));
    } catch (error) {
      this.setState({running: false, fault: error.message});
    }
  };

  #onCancel = (event) => {
    event.preventDefault();
    if (!this.state.running) this.props.onCancel();
  };

  render({action}, {running, fault}) {
    const {title, text, fields, confirm, dangerous} = action;
    return dialog({ref: this.#dialog, "aria-labelledby": "dialog-title", onCancel: this.#onCancel},
      form({onSubmit: this.#onSubmit, method: "dialog"},
        h2({id: "dialog-title"}, title),
        p({}, text),
        fields,
        fault ? div({class: "fault", role: "alert"}, fault) : null,
        div({class: "buttons"},
          button({type: "button", onClick: this.#onCancel, disabled: running}, "Cancel"),
          button({type: "submit", class: dangerous ? "danger" : "primary", disabled: running}, running ? "Working …" : confirm))));
  }
}

/** Shows something until it is closed. @param {{title: string, children: any, onClose: () => void}} props */
export class InfoDialog extends Component {
  #dialog = createRef();

  componentDidMount() {
    this.#dialog.current.showModal();
  }

  render({title, children, onClose}) {
    return dialog({ref: this.#dialog, "aria-labelledby": "info-title", onClose},
      form({method: "dialog"},
        h2({id: "info-title"}, title),
        children,
        div({class: "buttons"}, button({type: "submit"}, "Close"))));
  }
}

/** Asks for a token. @param {{reason: string, refused: boolean, onToken: (token: string) => void, onCancel: () => void}} props */
export class TokenDialog extends Component {
  #dialog = createRef();

  componentDidMount() {
    this.#dialog.current.showModal();
  }

  #onSubmit = (event) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token")).trim();
    if (token) this.props.onToken(token);
  };

  #onCancel = (event) => {
    event.preventDefault();
    this.props.onCancel();
  };

  render({reason, refused}) {
    return dialog({ref: this.#dialog, class: "token", "aria-labelledby": "token-title", onCancel: this.#onCancel},
      form({onSubmit: this.#onSubmit, method: "dialog"},
        h2({id: "token-title"}, "Token"),
        p({role: "status", class: refused ? "fault" : ""}, reason),
        el.label({class: "field"}, el.span({}, "Token of an operator"),
          el.input({name: "token", type: "password", autocomplete: "off", required: true, autofocus: true})),
        p({class: "hint"}, "The page keeps it in memory only. A reload forgets it."),
        div({class: "buttons"},
          button({type: "button", onClick: this.#onCancel}, "Cancel"),
          button({type: "submit", class: "primary"}, "Use this token"))));
  }
}
