// What lies over the page: windows, menus, pictures. The browser's own <dialog> keeps the focus inside
// and closes on Escape.

import { h, icon, tool } from "./dom.js";
import { t } from "./i18n.js";

let count = 0;

/** Opens a window; `done` is called once when it is closed, however. Gives a function that closes it. */
export function open(spec, { title, inside, done }) {
  const heading = title ? h("h2", { id: `window-${(count += 1)}` }, title) : null;
  const shown = h(`dialog.${spec}`, heading ? { "aria-labelledby": heading.id } : {});
  const close = () => shown.close();
  const head = heading ? h("header", {}, [heading, tool("close", t("Close the window"), close)]) : null;
  shown.append(...[head, inside].filter(Boolean));
  shown.addEventListener("close", () => {
    shown.remove();
    done?.();
  });
  shown.addEventListener("mousedown", (event) => event.target === shown && close());
  document.body.append(shown);
  shown.showModal();
  return close;
}

/** Asks before something that cannot be taken back. */
export function confirm(question, label) {
  return new Promise((resolve) => {
    let said = false;
    const yes = h("button.button.danger.filled", { type: "submit", autofocus: true }, label);
    const no = h("button.button", { type: "button", onclick: () => close() }, t("Cancel"));
    const form = h("form", {}, [h("p", {}, question), h("footer", {}, [no, yes])]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      said = true;
      close();
    });
    const close = open("window.small", { inside: form, done: () => resolve(said) });
  });
}

export function picture(url, name) {
  const shown = h("img", { src: url, alt: name });
  const bar = h("div.bar", {}, [
    h("span", {}, name),
    h("a.tool", { href: url, download: name, title: t("Download"), "aria-label": t("Download") }, icon("download")),
    tool("close", t("Close the window"), () => close()),
  ]);
  const close = open("lightbox", { inside: h("div.inside", {}, [bar, shown]) });
  shown.addEventListener("click", close);
}

let menu = null;

/** A menu under `anchor`: [{label, run, danger, checked}]. Arrows move in it, Escape closes it. */
export function openMenu(anchor, entries) {
  const before = menu?.anchor;
  closeMenu();
  if (before === anchor) return;
  const items = entries.map((entry) =>
    h(
      "button",
      {
        type: "button",
        role: entry.checked === undefined ? "menuitem" : "menuitemcheckbox",
        "aria-checked": entry.checked === undefined ? null : String(entry.checked),
        class: entry.danger ? "danger" : "",
        onclick: () => {
          closeMenu();
          entry.run();
        },
      },
      [entry.checked === undefined ? null : h("span.tick", {}, entry.checked ? icon("check", 15) : ""), entry.label],
    ),
  );
  const shown = h("div.menu", { role: "menu" }, items);
  shown.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") closeMenu(true);
    if (!step) return;
    event.preventDefault();
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  });
  document.body.append(shown);
  stand(shown, anchor);
  anchor.setAttribute("aria-expanded", "true");
  menu = { shown, anchor };
  items[0]?.focus();
}

export function closeMenu(back = false) {
  if (!menu) return;
  const { shown, anchor } = menu;
  menu = null;
  shown.remove();
  anchor.removeAttribute("aria-expanded");
  if (back) anchor.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (menu && !menu.shown.contains(event.target) && !menu.anchor.contains(event.target)) closeMenu();
});
window.addEventListener("resize", () => closeMenu());

/** Puts a box beside its anchor, wherever there is room on the screen. */
export function stand(shown, anchor) {
  const from = anchor.getBoundingClientRect();
  const width = shown.offsetWidth;
  const height = shown.offsetHeight;
  const left = Math.max(8, Math.min(from.right - width, innerWidth - width - 8));
  const below = from.bottom + 6 + height < innerHeight;
  const top = below ? from.bottom + 6 : Math.max(8, from.top - height - 6);
  shown.style.setProperty("left", `${left}px`);
  shown.style.setProperty("top", `${top}px`);
}
