// An open dialog: its header, its messages, the composer.

import { card } from "./card.js";
import { SIGN, chosenBar } from "./chosen.js";
import { composer } from "./composer.js";
import { afterDeeds, reason, react, remove } from "./deeds.js";
import { h, icon, keep, put } from "./dom.js";
import { day, t } from "./i18n.js";
import { message, waitingMessage } from "./message.js";
import { say } from "./notices.js";
import { send } from "./sending.js";
import { desk } from "./state.js";
import { Talk } from "./talk.js";
import { plain } from "./text.js";
import { confirm } from "./windows.js";

const TOGETHER = 5 * 60 * 1000; // ms between messages of one group
const NEAR = 90; // pixels from the end that count as the end
const FARTHEST = 40; // pages loaded at most on the way to a quoted message

/** `follow(talk)` tells the live stream which dialog is open; `back()` leaves it. */
export function thread(follow, back) {
  let talk = null;
  let atEnd = true;
  let unseen = false;
  let loading = false;

  const head = card(back);
  const column = h("div.messages", { role: "log", "aria-label": t("Messages"), "aria-live": "polite" });
  const pane = h("div.scroll", { tabindex: "0", "aria-label": t("Messages") }, column);
  const down = h("button.down", { type: "button" }, t("To the end"));
  const middle = h("div.middle", {}, [pane, down]);
  const bar = chosenBar();
  const writer = composer(sendNow);
  const open = h("div.open", {}, [head.node, middle, bar.node, writer.node]);
  const shell = h("main.thread", { "aria-label": t("Dialog") }, blank());

  pane.addEventListener("scroll", () => {
    const left = pane.scrollHeight - pane.scrollTop - pane.clientHeight;
    atEnd = left < NEAR;
    if (atEnd) unseen = false;
    offerDown(left);
    if (pane.scrollTop < 300) earlier();
  });
  new ResizeObserver(() => atEnd && toEnd()).observe(column);
  new ResizeObserver(() => atEnd && toEnd()).observe(pane);
  down.addEventListener("click", () => pane.scrollTo({ top: pane.scrollHeight, behavior: "smooth" }));
  column.addEventListener("click", (event) => {
    const chosen = event.target.closest(".message");
    for (const one of column.querySelectorAll(".message.chosen")) if (one !== chosen) one.classList.remove("chosen");
    if (chosen && !event.target.closest("a, button, audio, video, input")) chosen.classList.toggle("chosen");
  });
  afterDeeds(refresh);

  function toEnd() {
    pane.scrollTop = pane.scrollHeight;
  }

  function offerDown(left) {
    down.classList.toggle("shown", left > 400 || (unseen && !atEnd));
    down.classList.toggle("news", unseen);
    put(down, icon("down", 16), unseen ? t("New messages") : h("span.unseen-label", {}, t("To the end")));
  }

  // ------------------------------------------------------------------------------------- drawing

  function draw() {
    if (!talk?.page) return;
    const last = talk.shown.at(-1);
    head.draw(talk.page);
    keep(column, items(), { key: (item) => item.key, stamp: (item) => item.stamp, draw: (item) => item.draw() });
    bar.draw(talk);
    writer.draw(talk);
    if (last && last.id > (talk.drawnTo || 0) && talk.drawnTo && last.kind === "customer" && !atEnd) unseen = true;
    talk.drawnTo = last?.id || 0;
    if (atEnd) toEnd();
    else offerDown(pane.scrollHeight - pane.scrollTop - pane.clientHeight);
  }

  function items() {
    const all = [];
    if (talk.earlier)
      all.push({
        key: "earlier",
        stamp: "",
        draw: () => h("div.earlier", {}, h("span.spinner", { "aria-label": t("Loading…") })),
      });
    let before = null;
    for (const one of talk.shown) {
      const date = day(one.at);
      if (!before || day(before.at) !== date) {
        all.push({ key: `day ${date} ${one.id}`, stamp: date, draw: () => h("div.day", {}, h("span", {}, date)) });
        before = null;
      }
      const first =
        !before ||
        before.kind !== one.kind ||
        before.author !== one.author ||
        new Date(one.at) - new Date(before.at) > TOGETHER;
      const contact = talk.page.contact;
      const about = { first, acts: acts(one), dialog: talk.number, contact, chosen: talk.chosen.includes(one.id) };
      const stamp = JSON.stringify([one, first, talk.writable, about.chosen, first ? contact.picture : ""]);
      all.push({ key: one.id, stamp, draw: () => message(one, about) });
      before = one;
    }
    for (const one of talk.unsent) {
      const acts = { again: () => send(talk, one, draw), drop: () => drop(one) };
      all.push({
        key: one.id,
        stamp: `${one.state} ${one.progress} ${one.problem}`,
        draw: () => waitingMessage(one, acts),
      });
    }
    return all;
  }

  function acts(one) {
    const { writable, number, page } = talk;
    const here = page.dialog.desk === desk.me.desk && one.dialog === number;
    return {
      choose: here && ((one) => react(number, one, SIGN, !talk.chosen.includes(one.id))),
      reply: writable && ((one) => writer.reply(one)),
      edit: writable && ((one) => writer.edit(one)),
      star: writable && ((one) => react(number, one, "⭐", !one.important)),
      copy: (one) => navigator.clipboard?.writeText(plain(one.text)).then(() => say(t("Copied."))),
      remove:
        writable && (async (one) => (await confirm(t("Delete this message?"), t("Delete"))) && remove(number, one)),
    };
  }

  function blank() {
    return h("div.blank", {}, [
      h("div.sign", {}, icon("chat", 34)),
      h("b", {}, t("No dialog is open")),
      h("p", {}, t("Choose one from the list.")),
    ]);
  }

  function problem(words, again) {
    const retry = again ? h("button.button", { type: "button", onclick: again }, t("Try again")) : null;
    put(
      shell,
      h("div.blank", {}, [
        h("div.sign", {}, icon("info", 30)),
        h("p", { role: "alert" }, words),
        h("div.acts", {}, [retry, h("button.button", { type: "button", onclick: back }, t("Back to the list"))]),
      ]),
    );
  }

  // ------------------------------------------------------------------------------------- opening

  async function show(number, post = "") {
    if (!number) {
      talk = null;
      put(shell, blank());
      return follow(null);
    }
    if (talk?.number !== number) {
      talk = Talk.of(number);
      atEnd = true;
      unseen = false;
      column.kept = null;
      put(column);
      head.clear();
      put(shell, talk.page ? open : skeleton());
      if (talk.page) enter(post);
    }
    const mine = talk;
    try {
      if (!mine.page || mine.stale) await mine.load();
    } catch (error) {
      if (talk !== mine || error.status === 401) return;
      return problem(reason(error), error.passing ? () => ((talk = null), show(number, post)) : null);
    }
    if (talk !== mine) return;
    if (open.parentNode !== shell) {
      put(shell, open);
      enter(post);
    }
    draw();
    follow(talk);
    if (post) jump(post);
  }

  function enter(post) {
    writer.enter(talk);
    draw();
    if (!post) toEnd();
  }

  function skeleton() {
    return h("div.open", {}, [
      h("header.card.skeleton", {}, h("div.bone", {}, [h("i"), h("b"), h("s")])),
      h("div.middle"),
    ]);
  }

  async function earlier() {
    if (loading || !talk?.earlier) return;
    loading = true;
    const mine = talk;
    const height = pane.scrollHeight;
    await mine.loadEarlier().catch(() => {});
    loading = false;
    if (mine !== talk) return;
    draw();
    if (!atEnd) pane.scrollTop += pane.scrollHeight - height;
  }

  /** Scrolls to a message, named by its post or its number (`~12`), after loading those in between. */
  async function jump(name) {
    const mine = talk;
    for (let pages = 0; !mine.named(name) && mine.earlier && pages < FARTHEST; pages += 1) {
      await mine.loadEarlier().catch(() => {});
    }
    if (mine !== talk) return;
    atEnd = false;
    draw();
    const found = column.querySelector(`[data-id="${mine.named(name)?.id}"]`);
    if (!found) return say(t("This message no longer exists."), "problem");
    found.scrollIntoView({ block: "center" });
    found.classList.add("found");
    setTimeout(() => found.classList.remove("found"), 2200);
  }

  // ------------------------------------------------------------------------------------- changing

  async function refresh() {
    const mine = talk;
    if (!mine?.page) return;
    await mine.refresh().catch(() => {});
    if (mine === talk) draw();
  }

  function sendNow(of, draft) {
    atEnd = true;
    const quoted = draft.reply ? { author: draft.reply.author, words: plain(draft.reply.text) || t("Message") } : null;
    send(of, { ...draft, quoted }, draw);
  }

  function drop(one) {
    talk.unsent = talk.unsent.filter((other) => other !== one);
    draw();
  }

  return {
    node: shell,
    show,
    refresh,
    /** Applies changes from the live stream. */
    take(page) {
      if (page.dialog.id !== desk.dialog || !talk?.page) return;
      talk.take(page);
      draw();
    },
    knows: (token) => Boolean(talk?.shown.some((one) => one.buttons.some((button) => button.token === token))),
    focusComposer: () => writer.focus(),
  };
}
