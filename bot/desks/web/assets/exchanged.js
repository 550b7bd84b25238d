// Images, files and links from all dialogs with a contact, newest first.

import { ask } from "./api.js";
import { endless, h, put } from "./dom.js";
import { day, t } from "./i18n.js";
import { file } from "./media.js";
import { anchor } from "./text.js";
import { picture } from "./windows.js";

const KINDS = [
  { name: "images", label: () => t("Images"), draw: image, list: "ul.images" },
  { name: "files", label: () => t("Files"), draw: document_, list: "ul.documents" },
  { name: "links", label: () => t("Links"), draw: address, list: "ul.links" },
];

/** `root`: the scrolling element. */
export function exchanged(contact, root) {
  const tabs = KINDS.map((kind) => h("button.tab", { type: "button", onclick: () => choose(kind) }, kind.label()));
  const place = h("div", {});
  const foot = h("div.foot", { role: "status" });
  let shown = null; // {kind, list, before}
  const goOn = endless(root, foot, () => shown?.before, more);

  function choose(kind) {
    KINDS.forEach((one, number) => tabs[number].setAttribute("aria-pressed", String(one === kind)));
    shown = { kind, list: h(kind.list, { "aria-label": kind.label() }), before: null };
    put(place, shown.list);
    more().then(goOn);
  }

  async function more() {
    const mine = shown;
    put(foot, h("span.spinner", { "aria-label": t("Loading…") }));
    try {
      const query = { kind: mine.kind.name, ...(mine.before ? { before: mine.before } : {}) };
      const told = await ask("GET", `contacts/${contact}/files`, { query });
      if (mine !== shown) return;
      mine.list.append(...told.files.map(mine.kind.draw));
      mine.before = told.before;
      put(foot, mine.list.firstChild ? null : h("p.hint", {}, t("Nothing here yet.")));
    } catch {
      mine.before = null;
      if (mine === shown) put(foot, h("p.fault", {}, t("The hub is unreachable. Try again.")));
    }
  }

  choose(KINDS[0]);
  return h("div.exchanged", {}, [
    h("div.controls", {}, h("div.tabs", { role: "group", "aria-label": t("Attachments") }, tabs)),
    place,
    foot,
  ]);
}

const about = (one) => `${one.author || t("Customer")} · ${day(one.at)}`;
const there = (one) => h("a.soft.there", { href: `#/dialog/${one.dialog}/~${one.message}` }, about(one));

function image(one) {
  const shown = h("img", { src: one.media.url, alt: one.name, loading: "lazy" });
  const button = h(
    "button.photo",
    { type: "button", title: one.name, onclick: () => picture(one.media.url, one.name) },
    shown,
  );
  shown.addEventListener("error", () => button.replaceWith(file(one.media)), { once: true });
  return h("li", {}, [button, there(one)]);
}

function document_(one) {
  return h("li", {}, [file({ ...one.media, name: one.name }), there(one)]);
}

function address(one) {
  return h("li", {}, [h("div.words", {}, one.url ? anchor(one.url, [one.name]) : one.name), there(one)]);
}
