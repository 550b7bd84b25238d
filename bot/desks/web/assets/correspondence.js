// Message history with a contact on all accounts: as one stream, or dialog by dialog.

import { ask } from "./api.js";
import { command } from "./deeds.js";
import { h, put, settled } from "./dom.js";
import { clock, day, moment, t } from "./i18n.js";
import { findings } from "./search.js";
import { rich } from "./text.js";

/**
 * `page`: the contact's card, with the operator's choice of view, which the hub remembers; `root`: the scrolling
 * element. Newest messages are at the end; earlier ones are added above.
 */
export function correspondence(page, root) {
  const contact = page.contact.ref;
  let said = []; // oldest first
  let before = null;
  let busy = false;
  const folded = new Map(); // dialog → whether its messages are hidden, once the operator has chosen

  const found = findings({ contact, root });
  const search = h("input", { type: "search", placeholder: t("Search"), "aria-label": t("Search message history") });
  const toggle = h("button.button.little", { type: "button" });
  const list = h("div.transcript", { role: "log", "aria-label": t("Message history") });
  const more = h("button.button.little.earlier-ones", { type: "button", hidden: true, onclick: earlier });
  more.textContent = t("Earlier messages");
  const read = h("div.read", {}, [more, list]);
  const place = h("div", {}, read);

  search.addEventListener(
    "input",
    settled(() => {
      const words = search.value.trim();
      put(place, words ? found.node : read);
      if (words) found.show(words);
    }, 250),
  );
  toggle.addEventListener("click", () => {
    page.split = !page.split;
    draw();
    command(`view ${page.split ? "split" : "single"}`, null);
  });

  async function load() {
    busy = true;
    const told = await ask("GET", `contacts/${contact}/correspondence`, { query: before ? { before } : {} });
    said = [...told.said, ...said];
    before = told.before;
    busy = false;
  }

  async function earlier() {
    if (busy || !before) return;
    const height = root.scrollHeight;
    await load().catch(() => {});
    draw();
    root.scrollTop += root.scrollHeight - height;
  }

  function draw() {
    toggle.textContent = page.split ? t("Single window") : t("By dialog");
    more.hidden = !before;
    put(list, page.split ? byDialogs(said, folded) : continuous(said));
    if (!said.length && !busy) put(list, h("p.hint", {}, t("No messages yet.")));
  }

  load().then(
    () => {
      draw();
      root.scrollTop = root.scrollHeight;
    },
    () => put(list, h("p.fault", { role: "alert" }, t("The hub is unreachable. Try again."))),
  );
  return h("div.correspondence", {}, [h("div.controls.line-up", {}, [search, toggle]), place]);
}

/** All messages in order, under their days. */
function continuous(said) {
  let date = "";
  return said.flatMap((one) => {
    const now = day(one.at);
    const divider = now === date ? [] : [h("div.day", {}, h("span", {}, now))];
    date = now;
    return [...divider, entry(one)];
  });
}

/** One section per dialog: the newest is open, the others are as the operator left them. */
function byDialogs(said, folded) {
  const groups = new Map();
  for (const one of said) {
    const group = groups.get(one.dialog.id) || { dialog: one.dialog, account: one.account, said: [] };
    group.said.push(one);
    groups.set(one.dialog.id, group);
  }
  const last = said.at(-1)?.dialog.id;
  return [...groups.values()].map(({ dialog, account, said: of }) => {
    const shut = folded.get(dialog.id) ?? dialog.id !== last;
    const group = h("details.of-dialog", { open: !shut }, [
      h("summary", {}, [
        h("b", {}, dialog.title || t("Dialog #{n}", { n: dialog.id })),
        h("span.soft", {}, ` · ${account} · ${day(of[0].at)}`),
      ]),
      continuous(of),
      h("a.to-dialog", { href: `#/dialog/${dialog.id}` }, t("Open the dialog")),
    ]);
    group.addEventListener("toggle", () => group.isConnected && folded.set(dialog.id, !group.open));
    return group;
  });
}

function entry(one) {
  if (one.kind === "hub") return h("div.said.technical", {}, rich(one.words));
  const where = { href: `#/dialog/${one.dialog.id}/~${one.id}`, title: moment(one.at) };
  return h("div.said", { class: `${one.kind} ${one.deleted ? "deleted" : ""}` }, [
    h("div.by", {}, [
      h("b", {}, one.author || t("Customer")),
      one.kind === "note" ? h("span.soft", {}, ` · ${t("Internal note")}`) : null,
      one.important ? h("span", { title: t("Important") }, " ⭐") : null,
      h("a.soft", where, clock(one.at)),
    ]),
    h("div.words", {}, rich(one.words)),
  ]);
}
