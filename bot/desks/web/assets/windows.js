// Overlays: windows, menus, pictures. The browser's own <dialog> keeps the focus inside and closes on Escape.

import { h, icon, tool } from "./dom.js";
import { t } from "./i18n.js";

let count = 0;

/** Opens a window; `done` is called once, however it is closed. Returns a function that closes it. */
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

/** Asks for confirmation of something irreversible. */
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

/**
 * A menu below `anchor`: [{label, run, danger, checked, chosen}]. `checked`: an entry that is on or off; `chosen`: one
 * of several, of which one is current. Arrows, Home, End and first letters move in it; Escape closes it.
 */
export function openMenu(anchor, entries) {
  const before = menu?.anchor;
  closeMenu();
  if (before === anchor) return;
  const items = entries.map(menuItem);
  const shown = h("div.menu", { role: "menu" }, items);
  shown.addEventListener("keydown", (event) => menuKeys(event, items));
  (anchor.closest("dialog") || document.body).append(shown);
  stand(shown, anchor);
  anchor.setAttribute("aria-expanded", "true");
  menu = { shown, anchor };
  (items[entries.findIndex((entry) => entry.chosen)] || items[0])?.focus();
}

function menuItem(entry) {
  const on = entry.checked ?? entry.chosen;
  const role = entry.checked !== undefined ? "checkbox" : entry.chosen !== undefined ? "radio" : "";
  return h(
    "button",
    {
      type: "button",
      role: `menuitem${role}`,
      "aria-checked": on === undefined ? null : String(on),
      class: entry.danger ? "danger" : "",
      onclick: () => {
        closeMenu(true);
        entry.run();
      },
    },
    [on === undefined ? null : h("span.tick", {}, on ? icon("check", 15) : ""), entry.label],
  );
}

function menuKeys(event, items) {
  const here = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  let next = step ? items.at((here + step) % items.length) : { Home: items[0], End: items.at(-1) }[event.key];
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu(true);
  }
  if (event.key === "Tab") closeMenu(true);
  if (/^[\p{L}\p{N}]$/u.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const begins = (item) => item.textContent.trim().normalize("NFC").toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase());
    next = [...items.slice(here + 1), ...items.slice(0, here + 1)].find(begins);
  }
  if (!next) return;
  event.preventDefault();
  next.focus();
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

/** Places a box below its anchor, or above if there is more room; never over it. */
export function stand(shown, anchor) {
  const from = anchor.getBoundingClientRect();
  const width = shown.offsetWidth;
  const left = Math.max(8, Math.min(from.right - width, innerWidth - width - 8));
  const room = { below: innerHeight - from.bottom - 14, above: from.top - 14 };
  const below = shown.offsetHeight <= room.below || room.below >= room.above;
  const height = Math.min(shown.offsetHeight, below ? room.below : room.above);
  shown.style.setProperty("max-height", `${height}px`);
  shown.style.setProperty("left", `${left}px`);
  shown.style.setProperty("top", `${below ? from.bottom + 6 : from.top - height - 6}px`);
}
