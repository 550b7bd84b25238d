// State of one dialog: its messages by number, unsent messages, the draft.

import { ask } from "./api.js";
import { steady } from "./avatar.js";
import { desk, memory } from "./state.js";

const STALE = 20 * 60 * 1000; // ms after which addresses of files are requested again
const REMEMBERED = 30;

const talks = new Map();

export class Talk {
  constructor(number) {
    this.number = number;
    this.page = null; // everything but the messages
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

  /** Stores the draft, so that it survives a reload or the end of the session. */
  rememberDraft() {
    memory.set(`draft.${this.number}`, this.draft.editing ? "" : this.draft.text);
  }

  /** Tells whether the hub would accept a message here. */
  get writable() {
    return this.page.may_write && this.page.dialog.desk === desk.me.desk;
  }

  /** Numbers of the messages that this operator has selected with 🔖. */
  get chosen() {
    return this.page?.chosen || [];
  }

  get stale() {
    return Date.now() - this.loadedAt > STALE;
  }

  get shown() {
    return [...this.messages.values()].sort((one, other) => one.id - other.id);
  }

  /** Loads the latest messages from scratch. */
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

  /** Merges changes, from the stream or from a request; repetition is harmless. */
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

  /** Finds a message by its post, or by its number after a tilde. */
  named(name) {
    if (name.startsWith("~")) return this.messages.get(Number(name.slice(1)));
    return this.shown.find((message) => message.post === name);
  }
}

/** Keeps the addresses by which files are already shown: signed addresses differ in each answer. */
function keepAddresses(before, message) {
  const nameless = (one) => JSON.stringify({ ...one, url: "" });
  message.attachments.forEach((one, place) => {
    const old = before.attachments[place];
    if (old?.url && nameless(old) === nameless(one)) one.url = old.url;
  });
}
