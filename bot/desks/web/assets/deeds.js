// Actions of the operator, and display of the hub's answers.

import { ask, newId } from "./api.js";
import { openForm } from "./form.js";
import { t } from "./i18n.js";

let shown = { view() {}, words() {} };
let refresh = () => {};
let lastDeed = 0;

/** Tells whether this operator acted so recently that news from the hub are probably the result. */
export const justAsked = () => Date.now() - lastDeed < 30000;

/** Sets who shows answers: `view(view, {dialog, own})`, and `words(text, kind)` for errors. */
export function onAnswer(who) {
  shown = who;
}

/** Sets what reloads the open dialog after an action. */
export function afterDeeds(f) {
  refresh = f;
}

/**
 * Shows the hub's answer: nothing, a text for this operator only, or a form. `place`: where the pressed button is (see
 * view.js). A view that replaces the one there is shown there; if `place.all`, every view is.
 */
export function take(answer, dialog, place = null) {
  lastDeed = Date.now();
  if (answer.kind === "ask") openForm(answer.form, dialog, (next) => take(next, dialog, place));
  else if (answer.kind === "whisper" && place && (answer.replaces || place.all)) place.show(answer.view);
  else {
    if (answer.kind === "whisper") shown.view(answer.view, { dialog, own: true });
    if (answer.kind === "invalid") shown.words(Object.values(answer.errors).join(" "), "problem");
    place?.done(answer.kind);
  }
  refresh();
}

/** Requests an action and shows its answer or failure. Returns true if it was accepted. */
async function deed(method, path, body, dialog, place) {
  try {
    const told = await ask(method, path, { body: { id: newId(), ...body } });
    take(told.answer, dialog, place);
    return true;
  } catch (error) {
    shown.words(reason(error), "problem");
    return false;
  }
}

const post = (dialog, message) => `dialogs/${dialog}/posts/${encodeURIComponent(message.post)}`;

export const press = (token, dialog, place, picked) =>
  deed("POST", "press", { token, dialog, ...(picked ? { picked } : {}) }, dialog, place);
export const command = (words, dialog, place) => deed("POST", "command", { words, dialog }, dialog, place);
export const react = (dialog, message, emoji, on) =>
  deed("POST", `${post(dialog, message)}/reactions`, { emoji, on }, dialog);
export const edit = (dialog, message, text) =>
  deed("PATCH", `${post(dialog, message)}?message=${message.id}`, { text }, dialog);
export const remove = (dialog, message) => deed("DELETE", `${post(dialog, message)}?message=${message.id}`, {}, dialog);

/** Makes a node press a button when clicked; it is busy until the hub answers. */
export function pressing(node, button, dialog, place) {
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true"); // not disabled, which would lose the focus
    await press(button.token, dialog, place);
    node.removeAttribute("aria-busy");
  });
  return node;
}

/** Describes a failure in plain words. */
export function reason(error) {
  const known = {
    read_only: t("This dialog is closed: you cannot write in it."),
    elsewhere: t("This dialog belongs to another team chat; here it is read-only."),
    opening: t("This dialog is still opening. Try again."),
    too_large: t("The file is too large."),
    no_space: t("The hub's disk is almost full. Tell an administrator. Nothing was lost."),
    closed: t("The hub cannot store anything right now. Nothing was done; please try again later."),
    empty: t("There is nothing to send."),
    no_such_dialog: t("No such dialog, or you have no access to it."),
    no_such_contact: t("There is no such contact."),
    no_such_message: t("This message no longer exists."),
    not_yours: t("Only the author can edit a message."),
    forged: t("This button no longer works."),
  };
  if (known[error.code]) return known[error.code];
  return error.passing ? t("The hub is unreachable. Try again.") : t("Request rejected.");
}
