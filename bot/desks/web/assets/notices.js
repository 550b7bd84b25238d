// Messages for this operator only: toasts, and the list of notices behind the bell.

import { called } from "./alerts.js";
import { justAsked } from "./deeds.js";
import { h, icon, keep, put } from "./dom.js";
import { ago, moment, t } from "./i18n.js";
import { changed, desk, memory, on } from "./state.js";
import { showInPane } from "./pane.js";
import { buttonsOf, isLarge, redraw, titled } from "./view.js";
import { stand } from "./windows.js";

const LONG = 4; // rows from which a toast is wide
const SHORT = 7000; // ms that a short toast without buttons stays

let stack = null;

export function toasts() {
  stack = h("div.toasts", { role: "status", "aria-live": "polite" });
  return stack;
}

/** Shows a short text of the page's own. `kind`: "" or "problem". */
export function say(words, kind = "") {
  toast([h("div.row", {}, words)], { kind, short: true });
}

/** Shows a view. `own`: the answer to this operator's action, which may open the pane; any other may not. */
export function showView(view, { dialog = null, own = false } = {}) {
  if (own && isLarge(view)) return showInPane(view, dialog);
  const inside = h("div", {});
  const place = {
    show: (next) => redraw(inside, titled(next, dialog, place)),
    done: () => close(),
  };
  put(inside, titled(view, dialog, place));
  const short = !buttonsOf(view).length && !view.files.length && view.rows.length < 2;
  const kind = `${own ? "own" : "told"} ${view.rows.length > LONG ? "long" : ""}`;
  const close = toast(inside, { short, kind, label: own ? t("Only visible to you") : t("For you") });
}

function toast(inside, { kind = "", short = false, label = "" }) {
  const dismiss = h(
    "button.tool",
    { type: "button", title: t("Dismiss"), "aria-label": t("Dismiss"), onclick: () => close() },
    icon("close", 15),
  );
  const shown = h("div.toast", { class: kind }, [
    h("div.inside", {}, [label ? h("div.label", {}, label) : null, inside]),
    dismiss,
  ]);
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    shown.remove();
  };
  const arm = () => short && (timer = setTimeout(close, SHORT));
  shown.addEventListener("mouseenter", () => clearTimeout(timer));
  shown.addEventListener("mouseleave", arm);
  shown.addEventListener("keydown", (event) => event.key === "Escape" && close());
  stack.append(shown);
  while (stack.children.length > 4) stack.firstChild.remove();
  arm();
  return close;
}

// ---------------------------------------------------------------------------------------- the bell

/** Handles a notice from the live stream, once even if it comes twice. */
export function arrived(notice, known) {
  if (desk.notices.some((one) => one.id === notice.id)) return;
  desk.notices = [...desk.notices, notice].slice(-50);
  const asked = notice.view.files.length > 0 && justAsked(); // a report, which takes a moment to draw
  if (asked) memory.set("seen", notice.id);
  changed("notices");
  if (notice.view.named) called(notice);
  if (known(notice)) return;
  showView(notice.view, { dialog: notice.dialog, own: asked });
}

const seen = () => memory.get("seen", 0);

const looked = (dialog) => memory.get(`looked.${dialog}`, 0);

/** Tells whether this operator was mentioned in a dialog that they have not viewed since. */
export function isNamedIn(dialog) {
  return desk.notices.some((one) => one.view.named === dialog && one.id > looked(dialog));
}

/** Marks mentions in this dialog as read, since it is on the screen. */
export function lookedAt(dialog) {
  if (document.hidden || !dialog || !isNamedIn(dialog)) return;
  memory.set(`looked.${dialog}`, desk.notices.at(-1).id);
  changed("notices");
}

export function bell() {
  const count = h("span.count");
  const button = h("button.tool.bell", { type: "button", "aria-haspopup": "dialog" }, [icon("bell", 19), count]);
  const draw = () => {
    const unseen = desk.notices.filter((one) => one.id > seen()).length;
    count.textContent = unseen ? String(unseen) : "";
    const label = unseen ? `${t("Notifications")}: ${unseen}` : t("Notifications");
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  on("notices", draw);
  button.addEventListener("click", () => panel(button, draw));
  draw();
  return button;
}

let opened = null;

function panel(button, draw) {
  if (opened) return opened();
  const list = h("div.list");
  const shown = h("div.panel", { role: "dialog", "aria-label": t("Notifications"), tabindex: "-1" }, [
    h("h2", {}, t("Notifications")),
    list,
  ]);
  const fill = () => {
    const newest = [...desk.notices].reverse();
    if (!newest.length) put(list, h("p.nothing", {}, t("No notifications yet. Messages only you can see are kept here.")));
    else keep(list, newest, { key: (one) => one.id, stamp: () => "", draw: entry });
  };
  const close = () => {
    opened = null;
    shown.remove();
    document.removeEventListener("pointerdown", away);
    button.focus();
  };
  const away = (event) =>
    !shown.contains(event.target) && !button.contains(event.target) && !event.target.closest(".menu") && close();
  document.addEventListener("pointerdown", away);
  shown.addEventListener("keydown", (event) => event.key === "Escape" && close());
  shown.addEventListener("click", (event) => event.target.closest("a") && close());
  fill();
  document.body.append(shown);
  stand(shown, button);
  shown.focus();
  opened = close;
  memory.set("seen", desk.notices.at(-1)?.id ?? 0);
  draw();
}

function entry(notice) {
  const when = h("time", { data: { ago: notice.at }, title: moment(notice.at) }, ago(notice.at));
  const inside = h("div", {});
  const place = {
    show(next) {
      notice.view = next;
      redraw(inside, titled(next, notice.dialog, place));
    },
    done() {},
  };
  put(inside, titled(notice.view, notice.dialog, place));
  return h("div.notice", {}, [inside, when]);
}
