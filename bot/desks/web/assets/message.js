// One message of a dialog.

import { avatar } from "./avatar.js";
import { pressing } from "./deeds.js";
import { h, icon, tool } from "./dom.js";
import { clock, moment, t } from "./i18n.js";
import { attachments } from "./media.js";
import { plain, rich, place } from "./text.js";

const MARKS = {
  pending: ["⏳", () => t("Sending")],
  sent: ["✅", () => t("Sent")],
  delivered: ["✅", () => t("Delivered")],
  read: ["👀", () => t("Read by the customer")],
  failed: ["❌", () => t("Not delivered")],
  unconfirmed: ["❔", () => t("Not confirmed")],
  held: ["⏸️", () => t("Held: not sent yet")],
};
const SIGNS = { note: "lock", bot: "spark" };
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u;

/**
 * `first`: the first of several by one author; `acts`: possible actions; `dialog`: its number; `chosen`: selected with
 * 🔖.
 */
export function message(one, { first, acts, dialog, contact, chosen = false }) {
  if (one.kind === "hub") return one.line === "divider" ? divider(one) : line(one, dialog);
  const side = one.kind === "customer" ? "theirs" : "ours";
  const classes = [
    side,
    one.kind,
    one.delivery,
    first ? "first" : "",
    one.important ? "important" : "",
    one.deleted_at ? "deleted" : "",
    chosen ? "marked" : "",
  ];
  return h("article.message", { class: classes.join(" "), tabindex: "-1", data: { id: one.id, post: one.post } }, [
    side === "theirs" ? h("div.face", {}, first ? avatar(one.author, contact.picture, "small") : null) : null,
    h("div.column", {}, [
      first
        ? h("div.author", {}, [
            SIGNS[one.kind] ? icon(SIGNS[one.kind], 13) : null,
            h("b", {}, one.author),
            one.kind === "note" ? h("span.kind", {}, t("Internal note")) : null,
          ])
        : null,
      h("div.beside", {}, [bubble(one), one.deleted_at ? null : tools(one, acts, chosen)]),
      reactions(one),
      one.interest ? h("div.of-interest", { title: t("Deal") }, [icon("deal", 14), h("span", {}, one.interest)]) : null,
      trouble(one, dialog),
    ]),
  ]);
}

function bubble(one) {
  const words = rich(one.text);
  const emoji =
    !one.attachments.length &&
    !one.quoted &&
    ONLY_EMOJI.test(plain(one.text)) &&
    /\p{Extended_Pictographic}/u.test(plain(one.text));
  const bare =
    !one.text.length &&
    one.attachments.length === 1 &&
    ["photo", "sticker", "video"].includes(one.attachments[0].kind) &&
    !one.quoted;
  const simple = !emoji && words.length && !one.quoted && !one.attachments.length && !one.forwarded.length;
  return h("div.bubble", { class: [emoji && "emoji", bare && "bare", simple && "plain"].filter(Boolean).join(" ") }, [
    one.quoted ? quoted(one.quoted) : null,
    words.length ? h("div.words", {}, words) : null,
    attachments(one.attachments),
    one.forwarded.map(forwarded),
    meta(one),
  ]);
}

function quoted(quote) {
  const inside = [quote.author ? h("b", {}, quote.author) : null, h("span", {}, quote.words)];
  const here = quote.link ? place(quote.link) : "";
  return here ? h("a.quoted", { href: here, title: t("Go to this message") }, inside) : h("div.quoted", {}, inside);
}

function forwarded(one) {
  return h("div.forwarded", {}, [
    h("div.from", {}, one.author ? t("Forwarded from {author}", { author: one.author }) : t("Forwarded")),
    one.text.length ? h("div.words", {}, rich(one.text)) : null,
    attachments(one.attachments),
    one.forwarded.map(forwarded),
  ]);
}

function meta(one) {
  const [sign, label] = MARKS[one.delivery] || [];
  return h("div.meta", {}, [
    one.interest ? h("span.linked", { title: t("Linked to the deal “{title}”", { title: one.interest }) }, "🔗") : null,
    one.important ? h("span.starred", { title: t("Important") }, "⭐") : null,
    one.deleted_at
      ? h("span", {}, t("deleted"))
      : one.edited_at
        ? h("span", { title: moment(one.edited_at) }, t("edited"))
        : null,
    h("time", { datetime: one.at, title: moment(one.at) }, clock(one.at)),
    sign ? h("span.mark", { title: label(), role: "img", "aria-label": label() }, sign) : null,
  ]);
}

function tools(one, acts, chosen) {
  const offered = [
    acts.reply && one.post && ["reply", t("Reply to this message"), acts.reply],
    acts.star && one.post && ["star", one.important ? t("Unmark as important") : t("Mark as important"), acts.star],
    acts.choose && one.post && ["mark", chosen ? t("Unselect") : t("Select"), acts.choose],
    one.text.length && ["copy", t("Copy the text"), acts.copy],
    one.mine && acts.edit && ["edit", t("Edit"), acts.edit],
    one.mine && acts.remove && ["bin", t("Delete"), acts.remove],
  ].filter(Boolean);
  return h(
    "div.tools",
    {},
    offered.map(([name, label, act]) => tool(name, label, () => act(one))),
  );
}

function reactions(one) {
  if (!one.reactions.length) return null;
  return h(
    "div.reactions",
    { title: t("The customer's reaction") },
    one.reactions.map((emoji) => h("span", {}, emoji)),
  );
}

/** A problem with the message and its remedies, e.g. a held message that waits for its author's decision. */
function trouble(one, dialog) {
  const words = {
    failed: one.problem ? `${t("Not delivered")}: ${one.problem}` : t("Not delivered"),
    unconfirmed: t("Delivery unknown."),
    held: one.problem ? `${t("Not sent")}: ${one.problem}` : t("Not sent"),
  }[one.delivery];
  if (!words && !one.buttons.length) return null;
  return h("div.trouble", {}, [words ? h("span", {}, words) : null, offered(one, dialog)]);
}

function offered(one, dialog) {
  return one.buttons.map((button) =>
    pressing(h("button.button.little", { type: "button", class: button.tone }, button.label), button, dialog),
  );
}

/** The beginning of a dialog in a continued thread. */
function divider(one) {
  return h(
    "div.day.divider",
    { data: { id: one.id, post: one.post }, role: "separator", title: moment(one.at) },
    h("a", { href: `#/dialog/${one.dialog}` }, t("Dialog #{n}", { n: one.dialog })),
  );
}

function line(one, dialog) {
  return h(
    "div.line",
    { data: { id: one.id, post: one.post } },
    h("span", {}, [rich(one.words), h("time", { title: moment(one.at) }, clock(one.at)), ...offered(one, dialog)]),
  );
}

/** A message that the hub has not accepted yet. */
export function waitingMessage(one, { again, drop }) {
  const failed = one.state === "failed";
  return h(
    "article.message.ours.first.unsent",
    { class: `${one.note ? "note" : "operator"} ${failed ? "failed" : ""}` },
    [
      h("div.column", {}, [
        h(
          "div.beside",
          {},
          h("div.bubble", {}, [
            one.quoted ? quoted(one.quoted) : null,
            one.text ? h("div.words", {}, one.text) : null,
            one.files.map((file) =>
              h("div.file", {}, [
                h("span.sign", {}, icon("file", 20)),
                h("span.what", {}, [h("span.name", {}, file.name)]),
              ]),
            ),
            one.files.length && !failed ? h("progress", { max: 1, value: one.progress }) : null,
            h("div.meta", {}, failed ? t("Not sent") : t("Sending…")),
          ]),
        ),
        failed
          ? h("div.trouble", {}, [
              h("span", {}, one.problem),
              h("button.button.little", { type: "button", onclick: again }, t("Retry")),
              h("button.button.little", { type: "button", onclick: drop }, t("Discard")),
            ])
          : null,
      ]),
    ],
  );
}
