// Draws the conversation, redrawing only what has changed.

import { attachment } from "./attachments.js";
import { element, icon } from "./dom.js";
import { rich } from "./rich.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const GROUP = 5 * 60000; // ms: messages of one author this close are shown as a group
const WAITS = new Set(["paused", "busy", "no_space"]); // delays worth showing
const EMOJI = String.raw`\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*`;
const ONLY_EMOJI = new RegExp(`^(?:${EMOJI}){1,3}$`, "u");

export class View {
  // `actions`: reply(message), retry(entry), remove(entry), look(url), expired().
  constructor(list, words, actions) {
    Object.assign(this, { list, words, actions, drawn: new Map() });
  }

  // Draws these messages in this order; unchanged rows are not touched.
  show(messages, known) {
    const rows = messages.map((message, n) => this.row(message, this.look(message, messages[n - 1], known)));
    const stays = new Set(messages.map((message) => message.id));
    for (const [id, { row }] of this.drawn) {
      if (stays.has(id)) continue;
      row.remove();
      this.drawn.delete(id);
    }
    let at = this.list.firstChild;
    for (const row of rows) {
      if (row === at) at = at.nextSibling;
      else this.list.insertBefore(row, at);
    }
  }

  // Everything that a row's appearance depends on.
  look(message, before, known) {
    const at = new Date(message.at);
    const day = !before || new Date(before.at).toDateString() !== at.toDateString();
    const same = !day && before.from === message.from && before.author === message.author;
    const quoted = message.reply_to ? known(message.reply_to) : null;
    return {
      day: day ? this.words.day(at) : "",
      first: !same || at - new Date(before.at) > GROUP,
      quoted: quoted && { author: this.author(quoted), words: preview(quoted, this.words) },
    };
  }

  row(message, look) {
    const key = JSON.stringify([message, look]);
    const known = this.drawn.get(message.id);
    if (known?.key === key) return known.row;
    const row = this.draw(message, look);
    known?.row.replaceWith(row);
    this.drawn.set(message.id, { key, row });
    return row;
  }

  draw(message, look) {
    const own = message.from === "customer";
    const row = element("div", { className: `row ${message.from}${look.first ? " first" : ""}`, role: "article" });
    row.dataset.id = message.id;
    row.setAttribute("aria-label", `${this.author(message)}, ${this.words.time(new Date(message.at))}`);
    if (look.day) row.append(element("p", { className: "day" }, look.day));
    const author = this.author(message);
    if (look.first && !own) row.append(element("p", { className: "author" }, badge(author), author));
    const reply = own || message.deleted ? null : this.replyButton(message);
    row.append(element("div", { className: "line" }, this.bubble(message, look), reply));
    if (message.emoji) row.append(element("span", { className: "reaction" }, message.emoji));
    if (message.failed) row.append(this.failure(message));
    else if (WAITS.has(message.waits)) row.append(element("p", { className: "waits" }, this.words[message.waits]));
    return row;
  }

  bubble(message, look) {
    if (message.deleted) return element("div", { className: "bubble gone" }, this.words.deleted, this.meta(message));
    const text = words(message);
    const pictures = message.attachments.filter((one) => one.kind === "photo" || one.kind === "sticker");
    const bare = !text && pictures.length === message.attachments.length && !look.quoted;
    const large = ONLY_EMOJI.test(text) && !message.attachments.length && !look.quoted;
    const bubble = element("div", { className: `bubble${bare ? " bare" : ""}${large ? " large" : ""}` });
    if (look.quoted) bubble.append(this.quote(message, look.quoted));
    bubble.append(...message.attachments.map((one) => attachment(one, { words: this.words, ...this.actions })));
    const meta = this.meta(message);
    if (text) bubble.append(rich(message.spans, meta));
    bubble.append(meta);
    return bubble;
  }

  meta(message) {
    const meta = element("span", { className: "meta" });
    if (message.edited && !message.deleted) meta.append(element("span", {}, this.words.edited));
    meta.append(element("time", { dateTime: message.at }, this.words.time(new Date(message.at))));
    if (message.from === "customer") {
      const state = message.failed ? "failed" : message.pending ? "sending" : "sent";
      const mark = icon({ failed: "alert", sending: "clock", sent: "check" }[state]);
      const said = element("span", { className: `state ${state}`, title: this.words[state], role: "img" }, mark);
      said.setAttribute("aria-label", this.words[state]);
      meta.append(said);
    }
    return meta;
  }

  quote(message, quoted) {
    const show = () => {
      const row = this.drawn.get(message.reply_to)?.row;
      row?.scrollIntoView({ block: "center", behavior: CALM.matches ? "auto" : "smooth" });
      row?.classList.add("pointed");
      setTimeout(() => row?.classList.remove("pointed"), 1500);
    };
    const button = { type: "button", className: "quoted", onclick: show };
    return element("button", button, element("b", {}, quoted.author), element("span", {}, quoted.words));
  }

  replyButton(message) {
    const reply = () => this.actions.reply(message);
    const about = { type: "button", className: "reply", title: this.words.reply, onclick: reply };
    const button = element("button", about, icon("reply"));
    button.setAttribute("aria-label", this.words.reply);
    return button;
  }

  failure(message) {
    const why = { lost: this.words.lost, blocked: this.words.blocked, too_large: this.words.tooLarge(this.words.size(this.actions.largest())) };
    return element(
      "p",
      { className: "failure" },
      element("span", {}, why[message.failed] || this.words.refused),
      element("button", { type: "button", onclick: () => this.actions.retry(message) }, this.words.retry),
      element("button", { type: "button", onclick: () => this.actions.remove(message) }, this.words.remove),
    );
  }

  author(message) {
    return message.from === "customer" ? this.words.you : message.author || this.words.operator;
  }
}

export function words(message) {
  return message.spans.map((span) => span.text).join("");
}

export function preview(message, words_) {
  const text = words(message).replace(/\s+/g, " ").trim();
  if (text) return text.length > 90 ? `${text.slice(0, 89)}…` : text;
  const [first] = message.attachments;
  return first ? first.name || words_[first.kind] || words_.file : words_.deleted;
}

function badge(name) {
  let hue = 0;
  for (const character of name) hue = (hue * 31 + character.codePointAt(0)) % 360;
  const initials = name
    .split(/\s+/)
    .map((one) => [...one][0] || "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const made = element("span", { className: "initials" }, initials);
  made.setAttribute("aria-hidden", "true");
  made.style.setProperty("--hue", hue);
  return made;
}
