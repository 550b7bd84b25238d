// What the page knows of one dialog: its messages by number, what waits to be sent, the unfinished answer.

import { ask } from "./api.js";
import { steady } from "./avatar.js";
import { desk, memory } from "./state.js";

const STALE = 20 * 60 * 1000; // milliseconds after which addresses of files are asked for anew
const REMEMBERED = 30;

const talks = new Map();

export class Talk {
  constructor(number) {
    this.number = number;
    this.page = null; // all but the messages
    this.messages = new Map();
    this.revision = 0;
    this.earlier = false;
    this.unsent = []; // oldest first
    this.draft = { text: memory.get(`draft.${number}`, ""), files: [], note: false, reply: null, editing: null };
    this.loadedAt = 0;
  }

  static of(number) {
    const talk = talks.get(number) || new Talk(number);
    talks.delete(number);
    talks.set(number, talk);
    for (const [old, kept] of talks) {
      if (talks.size <= REMEMBERED) break;
      if (!kept.unsent.length && !kept.draft.text && kept !== talk) talks.delete(old);
    }
    return talk;
  }

  /** Unfinished words outlive the page: a reload, a session's end. */
  rememberDraft() {
    memory.set(`draft.${this.number}`, this.draft.editing ? "" : this.draft.text);
  }

  /** Whether what this operator writes here would be taken. */
  get writable() {
    return this.page.may_write && this.page.dialog.desk === desk.me.desk;
  }

  /** Numbers of the messages that this operator has marked with 🔖. */
  get chosen() {
    return this.page?.chosen || [];
  }

  get stale() {
    return Date.now() - this.loadedAt > STALE;
  }

  get shown() {
    return [...this.messages.values()].sort((one, other) => one.id - other.id);
  }

  /** The latest messages, from the start. */
  async load() {
    const page = await ask("GET", `dialogs/${this.number}`);
    this.loadedAt = Date.now();
    this.messages.clear();
    this.earlier = page.earlier;
    this.take(page);
  }

  async loadEarlier() {
    const first = this.shown[0];
    if (!first || !this.earlier) return;
    const page = await ask("GET", `dialogs/${this.number}`, { query: { before: first.id } });
    this.earlier = page.earlier && page.messages.length > 0;
    page.messages.forEach((message) => this.put(message));
  }

  async refresh() {
    const query = this.revision ? { since: this.revision } : {};
    this.take(await ask("GET", `dialogs/${this.number}`, { query }));
  }

  /** Takes what changed, from the stream or from asking; twice is no harm. */
  take({ messages, earlier, revision, ...page }) {
    if (revision < this.revision) return;
    steady(page.contact);
    this.page = page;
    this.revision = revision;
    messages.forEach((message) => this.put(message));
  }

  put(message) {
    const before = this.messages.get(message.id);
    if (before) keepAddresses(before, message);
    this.messages.set(message.id, message);
    this.unsent = this.unsent.filter((one) => one.post !== message.post);
  }

  /** A message by its post, or by its number behind a tilde. */
  named(name) {
    if (name.startsWith("~")) return this.messages.get(Number(name.slice(1)));
    return this.shown.find((message) => message.post === name);
  }
}

/** Addresses of files differ each time; the same file keeps the one it is shown by. */
function keepAddresses(before, message) {
  const nameless = (one) => JSON.stringify({ ...one, url: "" });
  message.attachments.forEach((one, place) => {
    const old = before.attachments[place];
    if (old?.url && nameless(old) === nameless(one)) one.url = old.url;
  });
}
