// Header of a dialog: its contact, its status, its actions.

import { avatar } from "./avatar.js";
import { openContact } from "./contact.js";
import { press, pressing } from "./deeds.js";
import { h, icon, put, tool } from "./dom.js";
import { t } from "./i18n.js";
import { ofContact } from "./places.js";
import { chip, waiting } from "./signs.js";
import { memory } from "./state.js";
import { plain, rich } from "./text.js";
import { more } from "./view.js";
import { openMenu } from "./windows.js";

export function card(back) {
  const shown = h("header.card", {});
  let drawn = "";
  return {
    node: shown,
    draw(page) {
      const stamp = JSON.stringify([page.card, page.dialog, page.contact, page.account]);
      if (stamp === drawn) return;
      drawn = stamp;
      put(shown, head(page, back), facts(page));
      shown.classList.toggle("over", !page.card.open);
    },
    clear() {
      drawn = "";
      put(shown);
    },
  };
}

function head(page, back) {
  const { card, dialog, contact } = page;
  const name = contact.name || t("Customer");
  const buttons = card.buttons.map((button) => acting(button, dialog.id));
  return h("div.head", {}, [
    tool("back", t("Back to the list"), back, { class: "back" }),
    avatar(name, contact.picture),
    h("div.who", {}, [
      h("h1", {}, [knowing(name, contact), chip(dialog.status), dialog.waiting_since ? waiting(dialog.waiting_since) : null]),
      h("div.sub", {}, [
        h("span.number", {}, `#${dialog.id}`),
        dialog.title ? h("span.title", {}, dialog.title) : null,
        h("span", {}, page.account),
      ]),
    ]),
    h("div.acts", {}, [buttons, card.menu.length ? more(card.menu, dialog.id, null, ofContact(contact.ref)) : null]),
  ]);
}

/** A button of the card. One with options opens them as a menu: choosing is pressing. */
function acting(button, dialog) {
  const look = { type: "button", class: `${button.tone} ${button.tone === "primary" ? "filled" : ""}`, data: { word: button.word } };
  if (!button.options) return pressing(h("button.button", look, button.label), button, dialog);
  const node = h("button.button", { ...look, "aria-haspopup": "menu" }, [button.label, icon("down", 14)]);
  const pick = (option) => ({ label: option.label, run: () => press(button.token, dialog, null, option.value) });
  node.addEventListener("click", () => openMenu(node, button.options.map(pick)));
  return node;
}

/** The contact's name, a button that opens their card. */
function knowing(name, contact) {
  return h(
    "button.name",
    { type: "button", title: t("Contact card"), onclick: () => openContact(contact.ref) },
    name,
  );
}

/** The dialog's details, without those that the header already shows. */
function facts(page) {
  const shown = new Set([page.card.status, page.account, page.contact.name]);
  const told = page.card.facts.filter((fact) => !shown.has(plain(fact.value)));
  if (!told.length) return null;
  const closed = memory.get("facts", innerWidth < 720);
  const list = h(
    "dl.facts",
    {},
    told.map((fact) => h("div", {}, [h("dt", {}, fact.label), h("dd", {}, rich(fact.value))])),
  );
  const toggle = h("button.toggle", { type: "button", "aria-expanded": String(!closed) }, [
    t("Details"),
    icon("down", 14),
  ]);
  const shell = h("div.details", { class: closed ? "" : "open" }, [toggle, list]);
  toggle.addEventListener("click", () => {
    const open = shell.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    memory.set("facts", !open);
  });
  return shell;
}
