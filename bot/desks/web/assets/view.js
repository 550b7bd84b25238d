// Views of the hub: answers, lists, notices. Tabs and menus are above the rows, further buttons below.
// 
// `place` is where a view is shown: a toast, the bell's list, the pane. `place.show(view)` replaces the view there;
// `place.done(kind)` is called when one of its buttons has been handled.

import { press, pressing } from "./deeds.js";
import { h, icon, put, tool } from "./dom.js";
import { t } from "./i18n.js";
import { attachments } from "./media.js";
import { anchor, rich } from "./text.js";
import { openMenu } from "./windows.js";

const BESIDE = 3; // buttons shown in a row; the others go into its menu

/** Nodes of a view without its title. `dialog`: number of the dialog that it was shown in, if any. */
export function drawn(view, dialog, place) {
  const files = view.files.length ? h("div.files", {}, attachments(view.files)) : null;
  return [
    controls(view, dialog, place),
    h(
      "div.rows",
      {},
      view.rows.map((row) => drawnRow(row, dialog, place)),
    ),
    view.table ? tabled(view.table) : null,
    files,
    view.buttons.length ? h("div.buttons.below", {}, little(view.buttons, dialog, place)) : null,
  ];
}

function tabled(table) {
  const sections = new Set(table.sections);
  const row = (cells, number) => h("tr", { class: sections.has(number) ? "section" : null }, cells.map((cell) => h("td", {}, cell)));
  const header = h("tr", {}, table.header.map((cell) => h("th", { scope: "col" }, cell)));
  return h("table.figures", {}, [h("thead", {}, header), h("tbody", {}, table.rows.map(row))]);
}

/** The same with its title. */
export function titled(view, dialog, place) {
  return [view.title ? h("div.title", {}, view.title) : null, ...drawn(view, dialog, place)];
}

/** Tells whether a view is large enough for the pane. */
export function isLarge(view) {
  const above = view.tabs.length + view.menus.length + view.above.length;
  const parts = above + view.buttons.length + view.files.length + (view.table ? 1 : 0);
  return parts > 0 || view.rows.length > 6 || (Boolean(view.title) && view.rows.length > 1);
}

/** The buttons that act, without those that lead to an address. */
export function buttonsOf(view) {
  return [
    ...view.tabs,
    ...view.menus.flatMap((menu) => menu.options),
    ...view.above,
    ...view.rows.flatMap((row) => row.buttons),
    ...view.buttons,
  ].filter((button) => button.token);
}

/** Redraws `node` with a new state of the same view; the focus stays on the pressed button, or near it. */
export function redraw(node, nodes) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  put(node, nodes);
  if (!focused) return;
  const same = focused.dataset.press && node.querySelector(`[data-press="${CSS.escape(focused.dataset.press)}"]`);
  (same || node.closest('[tabindex="-1"]'))?.focus({ preventScroll: true });
}

// ------------------------------------------------------------------------------------------ parts

function controls(view, dialog, place) {
  const tabs = view.tabs.length
    ? h(
        "div.tabs",
        { role: "group", "aria-label": t("Sections") },
        view.tabs.map((tab) => tabButton(tab, dialog, place)),
      )
    : null;
  const menus = view.menus.length
    ? h(
        "div.menus",
        {},
        view.menus.map((menu) => choice(menu, dialog, place)),
      )
    : null;
  const above = view.above.length ? h("div.buttons", {}, little(view.above, dialog, place)) : null;
  return tabs || menus || above ? h("div.controls", {}, [tabs, menus, above]) : null;
}

function tabButton(tab, dialog, place) {
  const holds = tab.tone === "primary";
  const node = h("button.tab", { type: "button", "aria-current": holds ? "true" : null, data: named(tab) }, tab.label);
  return pressing(node, tab, dialog, place);
}

/** A menu with one current option: a button that shows it and opens the others. */
function choice(menu, dialog, place) {
  const holds = menu.options.find((option) => option.token === menu.chosen);
  const node = h(
    "button.button.little.choice",
    { type: "button", "aria-haspopup": "menu", data: { press: `menu ${menu.label}` } },
    [h("span.label", {}, `${menu.label}:`), h("span.now", {}, holds ? holds.label : t("Choose…")), icon("down", 14)],
  );
  node.addEventListener("click", () =>
    openMenu(
      node,
      menu.options.map((option) => ({
        label: option.label,
        chosen: option.token === menu.chosen,
        run: () => press(option.token, dialog, place),
      })),
    ),
  );
  return node;
}

function drawnRow(row, dialog, place) {
  const [shown, rest] =
    row.buttons.length > BESIDE ? [row.buttons.slice(0, BESIDE - 1), row.buttons.slice(BESIDE - 1)] : [row.buttons, []];
  return h("div.row", { class: row.strong ? "strong" : "" }, [
    h("div.words", {}, rich(row.text)),
    shown.length
      ? h("div.buttons", {}, [little(shown, dialog, place), rest.length ? more(rest, dialog, place) : null])
      : null,
  ]);
}

function little(buttons, dialog, place) {
  return buttons.map((button) =>
    button.url
      ? leading(button, place)
      : pressing(
          h("button.button.little", { type: "button", class: button.tone, data: named(button) }, button.label),
          button,
          dialog,
          place,
        ),
  );
}

/** A button that leads to an address. */
function leading(button, place) {
  const node = anchor(button.url, [button.label]);
  node.classList.add("button", "little");
  node.dataset.word = button.word;
  node.addEventListener("click", () => place?.done?.("open"));
  return node;
}

/** Further buttons behind three dots. `instead`: word → function of the page that replaces the button's action. */
export function more(buttons, dialog, place = null, instead = new Map()) {
  const node = tool(
    "more",
    t("More"),
    () =>
      openMenu(
        node,
        buttons.map((button) => ({
          label: button.label,
          danger: button.tone === "danger",
          run: instead.get(button.word) ?? (() => act(button, dialog, place)),
        })),
      ),
    { "aria-haspopup": "menu" },
  );
  return node;
}

function act(button, dialog, place) {
  if (button.token) return press(button.token, dialog, place);
  const node = leading(button, place);
  document.body.append(node);
  node.click();
  node.remove();
}

const named = (button) => ({ word: button.word, press: `${button.word} ${button.label}` });
