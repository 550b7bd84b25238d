// The composer: replies, notes and commands, with files, emoji and completion.

import { attaching } from "./attaching.js";
import { completion } from "./complete.js";
import { command, edit as sendEdit } from "./deeds.js";
import { h, icon, put, tool } from "./dom.js";
import { emojiPicker } from "./emoji.js";
import { t } from "./i18n.js";
import { kinds } from "./kinds.js";
import { opened } from "./places.js";
import { keepAsDraft } from "./sending.js";
import { desk } from "./state.js";
import { beginning, plain } from "./text.js";

const TALLEST = 260; // pixels

/** `sendNow(talk, draft)` sends. */
export function composer(sendNow) {
  let talk = null;
  let drawn = "";

  const area = h("textarea", {
    rows: 1,
    "aria-label": t("Your reply"),
    maxlength: desk.me.limits.text,
    enterkeyhint: "send",
  });
  const above = h("div.above", {});
  const files = attaching(
    area,
    () => (writable() ? talk.draft : null),
    () => {
      files.draw(talk.draft.files);
      draw(talk);
    },
  );
  const attach = tool("attach", t("Attach files"), files.pick);
  const smile = tool("smile", t("Emoji"), () => emojiPicker(smile, insert), { "aria-haspopup": "dialog" });
  const lock = h(
    "button.toggle-note",
    { type: "button", "aria-pressed": "false", title: t("Customers do not see notes") },
    [icon("lock", 15), h("span", {}, t("Internal note"))],
  );
  const go = h("button.button.primary.filled.go", { type: "submit", title: t("Send"), "aria-label": t("Send") }, [
    icon("send", 17),
  ]);
  const hint = h("span.hint", {});
  const form = h("form.composer", {}, [
    above,
    files.node,
    h("div.box", {}, [area, h("div.bar", {}, [attach, smile, lock, files.picker, hint, go])]),
  ]);
  const over = h("div.read-only", {});
  const node = h("div.writer", {}, [form, over]);
  const complete = completion(area, form);
  const judged = kinds(() => talk && draw(talk));
  let sending = Promise.resolve();

  // ------------------------------------------------------------------------------------- writing

  area.addEventListener("input", () => {
    talk.draft.text = area.value;
    talk.rememberDraft();
    draw(talk);
  });
  area.addEventListener("keydown", (event) => {
    if (complete.handles(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape" && (talk.draft.reply || talk.draft.editing)) {
      event.stopPropagation();
      cancel();
    }
    if (event.key === "ArrowUp" && !area.value) editLast(event);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  lock.addEventListener("click", () => {
    talk.draft.note = !talk.draft.note;
    draw(talk);
    area.focus();
  });

  const writable = () => Boolean(node.isConnected && talk?.page && talk.writable && !talk.draft.editing);

  function insert(words) {
    area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
    area.focus();
  }

  function submit() {
    const draft = talk.draft;
    const text = draft.text.trim();
    if (draft.editing) return submitEdit(draft, text);
    if (!text && !draft.files.length) return;
    talk.draft = { text: "", files: [], note: draft.note, reply: null, editing: null };
    talk.rememberDraft();
    enter(talk);
    complete.close();
    const of = talk;
    sending = sending.then(() => submitted(of, { ...draft, text })).catch(() => {});
  }

  /**
   * Submits drafts one after another: each waits for the hub to classify it. If that fails, the hub decides on sending.
   */
  async function submitted(of, draft) {
    let found = null;
    try {
      found = draft.text ? await judged.judge(of.number, draft) : null;
    } catch (error) {
      if (error.status === 401) return keepAsDraft(of, draft);
    }
    if (found?.kind !== "command") return sendNow(of, draft);
    if (draft.files.length) {
      of.draft.files = [...draft.files, ...of.draft.files]; // a command takes no files
      if (of === talk) enter(talk);
    }
    if (opened(found.command, of.page.contact.ref)) return;
    if (!(await command(found.command, of.number)) && of === talk && !area.value) insert(draft.text);
  }

  async function submitEdit(draft, text) {
    const { editing } = draft;
    if (!text && !editing.attachments.length) return;
    if (text === editing.source || (await sendEdit(talk.number, editing, text))) cancel();
  }

  function editLast(event) {
    const last = talk.shown.findLast((one) => one.mine && one.source !== undefined && !one.deleted_at);
    if (!last || !talk.writable) return;
    event.preventDefault();
    edit(last);
  }

  function reply(one) {
    talk.draft.reply = one;
    enter(talk);
    area.focus();
  }

  function edit(one) {
    talk.draft = { ...talk.draft, text: one.source, editing: one, reply: null };
    enter(talk);
    area.focus();
  }

  function cancel() {
    const { editing } = talk.draft;
    talk.draft = { ...talk.draft, reply: null, editing: null, text: editing ? "" : talk.draft.text };
    enter(talk);
    area.focus();
  }

  // ------------------------------------------------------------------------------------- drawing

  /** Switches to this dialog and its draft. */
  function enter(next) {
    talk = next;
    area.value = talk.draft.text;
    drawn = "";
    files.draw(talk.draft.files);
    draw(talk);
    if (matchMedia("(hover: hover)").matches && writable()) area.focus({ preventScroll: true });
  }

  function draw(now) {
    talk = now;
    const { draft, page } = talk;
    grow();
    const review = Boolean(page.dialog.source); // messages shared for review: replies to them are notes
    const found = draft.editing ? { kind: "edit" } : judged.of(talk.number, draft);
    const kind = review && found.kind === "answer" ? "note" : found.kind;
    const stamp = JSON.stringify([
      kind,
      found.asked,
      talk.writable,
      page.card.open,
      draft.note,
      draft.reply?.id,
      draft.editing?.id,
      Boolean(draft.text.trim() || draft.files.length),
    ]);
    if (stamp === drawn) return;
    drawn = stamp;
    form.hidden = !talk.writable;
    over.hidden = talk.writable;
    over.textContent = whyNot(page);
    form.dataset.kind = kind;
    area.placeholder =
      { note: t("Write a note for colleagues…"), edit: t("Edit the message…") }[kind] ||
      t("Write a reply…  / for commands");
    lock.setAttribute("aria-pressed", String(draft.note));
    lock.hidden = Boolean(draft.editing) || review;
    attach.hidden = Boolean(draft.editing);
    hint.textContent =
      {
        note: t("Only colleagues see this"),
        command: t("A command: only you see the result"),
        edit: t("Escape cancels"),
        question: found.asked,
      }[kind] || "";
    go.disabled = !(draft.text.trim() || draft.files.length || draft.editing);
    put(above, aboutReply(draft));
  }

  function aboutReply(draft) {
    const one = draft.editing || draft.reply;
    if (!one) return null;
    return h("div.replying", {}, [
      icon(draft.editing ? "edit" : "reply", 15),
      h("span", {}, [
        h("b", {}, draft.editing ? t("Editing") : one.author),
        " ",
        beginning(plain(one.text), 160) || t("Message"),
      ]),
      tool("close", t("Cancel"), cancel),
    ]);
  }

  function grow() {
    area.style.setProperty("height", "auto");
    area.style.setProperty("height", `${Math.min(area.scrollHeight, TALLEST)}px`);
  }

  window.addEventListener("beforeunload", (event) => {
    if (!desk.leaving && talk?.unsent.some((one) => one.state === "sending")) event.preventDefault();
  });

  return { node, enter, draw, reply, edit, focus: () => area.focus() };
}

/** Reason why nothing can be written here. */
function whyNot(page) {
  if (!page.card.open) return t("This dialog is closed. A new one opens when the customer writes again.");
  if (page.may_write) return t("This dialog belongs to another team chat; here it is read-only.");
  return t("Read-only: you have no permission to reply in this dialog.");
}
