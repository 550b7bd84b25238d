// The pane at the right: a view to browse next to the dialog. On a phone it covers the page.

import { command } from "./deeds.js";
import { h, put, tool } from "./dom.js";
import { t } from "./i18n.js";
import { known } from "./state.js";
import { drawn, redraw } from "./view.js";

export const NARROW = "(max-width: 720px)";

let node = null;
let shown = null; // {title, body, from, open}: the content, and where the focus was before

export function pane() {
  node = h("aside.pane", { tabindex: "-1", hidden: true, "aria-labelledby": "pane-title" });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    closePane();
  });
  node.addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]') && matchMedia(NARROW).matches) closePane();
  });
  return node;
}

/**
 * Opens the pane or replaces its content. Returns {title, body} to draw into, and `open()`: whether they are still the
 * pane's content.
 */
export function openPane(label, kind = "") {
  const from = shown ? shown.from : document.activeElement;
  const title = h("h2", { id: "pane-title" }, label);
  const body = h("div.body", {});
  put(node, h("header", {}, [title, tool("close", t("Close the pane"), closePane)]), body);
  node.dataset.kind = kind;
  node.hidden = false;
  document.body.classList.add("paned");
  const mine = { title, body, from, open: () => shown === mine };
  shown = mine;
  node.focus({ preventScroll: true });
  return shown;
}

export function closePane() {
  if (!shown) return false;
  const { from } = shown;
  shown = null;
  node.hidden = true;
  put(node);
  document.body.classList.remove("paned");
  if (from?.isConnected) from.focus({ preventScroll: true });
  return true;
}

/** Sends a command to the hub and shows the answer in the pane. */
export function summon(words, dialog = null) {
  const title = known(words)?.label;
  return command(words, dialog, { all: true, show: (view) => showInPane(view, dialog, title), done() {} });
}

/** Shows a view in the pane; its buttons replace it there. `title`: for a view without one. */
export function showInPane(view, dialog, title = t("Dialog hub")) {
  const mine = openPane(view.title || title, "view");
  const place = {
    show(next) {
      if (!mine.open()) return showInPane(next, dialog, title);
      mine.title.textContent = next.title || title;
      const stays = mine.body.querySelector(".rows")?.contains(document.activeElement);
      redraw(mine.body, drawn(next, dialog, place));
      if (!stays) mine.body.scrollTop = 0;
    },
    done(kind) {
      if (kind === "silent" && mine.open()) closePane();
    },
  };
  put(mine.body, drawn(view, dialog, place));
}
