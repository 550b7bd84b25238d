// The composer: a text field that grows, files by button, paste and drop, emoji at the cursor, a draft that survives a
// reload.

import { element, icon } from "./dom.js";
import { preview } from "./view.js";

const EMOJI = Array.from(
  "😀😄😁😊🙂😉😍😘🤗🤔😅😂🤣😇😎🥳😌😋😐😕😟😢😭😤😱😴🤒🙄👋👍👎👌🙏👏💪🤝✌️🤞👀❤️🧡💛💚💙💜💔🔥✨⭐🎉🎁🎂🌹🌞🌈☕🍕📦🚚🏠🛒💳📞✉️📎📷⏰✅❌❓❗💯".matchAll(
    /\p{Extended_Pictographic}\ufe0f?/gu,
  ),
  ([emoji]) => emoji,
);
const COLUMNS = 8;

export class Composer {
  // `send(text, files, replyTo)`; `limits`: {text, files, file}.
  constructor(words, store, { send }) {
    const by = (id) => document.getElementById(id);
    Object.assign(this, { words, store, send });
    const parts = {
      form: "composer",
      text: "text",
      button: "send",
      picker: "picker",
      list: "files",
      problem: "problem",
      strip: "quote",
      panel: "emoji",
      emojiButton: "emoji-button",
      veil: "drop",
    };
    for (const [name, id] of Object.entries(parts)) this[name] = by(id);
    this.limits = { text: 10000, files: 10, file: 25 * 1024 * 1024 };
    this.files = [];
    this.quoted = null;
    this.label(by("attach"));
    this.fillEmoji();
    this.listen(by("attach"));
    this.text.value = store.get("draft", "");
    this.changed();
  }

  label(attach) {
    const { words } = this;
    this.text.placeholder = words.write;
    this.text.setAttribute("aria-label", words.write);
    const named = new Map([
      [attach, words.attach],
      [this.emojiButton, words.emoji],
      [this.button, words.send],
      [this.strip.querySelector("button"), words.cancel],
    ]);
    for (const [button, name] of named) {
      button.title = name;
      button.setAttribute("aria-label", name);
    }
    this.panel.setAttribute("aria-label", words.emoji);
    this.veil.firstElementChild.textContent = words.drop;
  }

  listen(attach) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    attach.addEventListener("click", () => this.picker.click());
    this.picker.addEventListener("change", () => {
      this.add(this.picker.files);
      this.picker.value = "";
    });
    this.strip.querySelector("button").addEventListener("click", () => this.quote(null));
    this.emojiButton.addEventListener("click", () => this.openEmoji(this.panel.hidden));
    document.addEventListener("click", (event) => {
      if (!this.panel.contains(event.target) && !this.emojiButton.contains(event.target)) this.openEmoji(false);
    });
    let depth = 0;
    const veil = (by) => {
      depth = Math.max(0, depth + by);
      this.veil.hidden = !depth;
    };
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragenter", (event) => carriesFiles(event) && veil(1));
    document.addEventListener("dragleave", (event) => carriesFiles(event) && veil(-1));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      veil(-depth);
      if (event.dataTransfer) this.add(event.dataTransfer.files);
    });
  }

  // With a keyboard, Enter sends; on a touch screen it starts a new line, since there is a send button.
  key(event) {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    const text = this.text.value.trim();
    if ((!text && !this.files.length) || this.tooLong) return;
    const files = this.files.map((one) => one.file);
    this.send(text, files, this.quoted?.id ?? null);
    this.clearFiles();
    this.quote(null);
    this.text.value = "";
    this.openEmoji(false);
    this.changed();
    this.text.focus();
  }

  changed() {
    const { text } = this;
    this.store.set("draft", text.value);
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 132)}px`;
    const over = [...text.value.trim()].length - this.limits.text;
    this.tooLong = over > 0;
    this.complain(over > 0 ? this.words.tooLong(over) : "");
    this.button.disabled = this.tooLong || (!text.value.trim() && !this.files.length);
  }

  complain(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }

  quote(message) {
    this.quoted = message;
    this.strip.hidden = !message;
    this.strip.firstElementChild.textContent = message ? preview(message, this.words) : "";
    if (message) this.text.focus();
  }

  add(files) {
    let problem = "";
    for (const file of files) {
      if (this.files.length >= this.limits.files) problem = this.words.tooMany(this.limits.files);
      else if (file.size > this.limits.file) problem = this.words.tooLarge(this.words.size(this.limits.file));
      else this.files.push({ file, url: file.type.startsWith("image/") ? URL.createObjectURL(file) : "" });
    }
    this.drawFiles();
    this.changed();
    if (problem) this.complain(problem);
    this.text.focus();
  }

  drawFiles() {
    this.list.hidden = !this.files.length;
    this.list.replaceChildren(
      ...this.files.map((one) => {
        const about = {
          type: "button",
          className: "quiet",
          title: this.words.remove,
          onclick: () => this.takeOut(one),
        };
        const remove = element("button", about, icon("close"));
        remove.setAttribute("aria-label", `${this.words.remove}: ${one.file.name}`);
        const sign = element("span", { className: "kind" }, icon("file"));
        const picture = one.url ? element("img", { src: one.url, alt: "" }) : sign;
        return element("li", {}, picture, element("span", {}, one.file.name || this.words.photo), remove);
      }),
    );
  }

  takeOut(one) {
    this.files = this.files.filter((other) => other !== one);
    URL.revokeObjectURL(one.url);
    this.drawFiles();
    this.changed();
    this.text.focus();
  }

  clearFiles() {
    this.files.forEach((one) => URL.revokeObjectURL(one.url));
    this.files = [];
    this.drawFiles();
  }

  fillEmoji() {
    const insert = (emoji) => {
      this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
      this.changed();
    };
    for (let at = 0; at < EMOJI.length; at += COLUMNS) {
      const cells = EMOJI.slice(at, at + COLUMNS).map((emoji, n) => {
        const about = { type: "button", role: "gridcell", tabIndex: at + n ? -1 : 0, onclick: () => insert(emoji) };
        return element("button", about, emoji);
      });
      this.panel.append(element("div", { role: "row" }, ...cells));
    }
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    this.panel.addEventListener("keydown", (event) => {
      const cells = [...this.panel.querySelectorAll("button")];
      const next = cells[cells.indexOf(document.activeElement) + (steps[event.key] ?? NaN)];
      if (!next) return;
      event.preventDefault();
      cells.forEach((cell) => {
        cell.tabIndex = cell === next ? 0 : -1;
      });
      next.focus();
    });
  }

  // Returns true if there was something to close.
  openEmoji(open) {
    const was = !this.panel.hidden;
    this.panel.hidden = !open;
    this.emojiButton.setAttribute("aria-expanded", open);
    if (open) this.panel.querySelector('[tabindex="0"]').focus({ preventScroll: true });
    return was;
  }
}
