// Sends the visitor's messages in order, one at a time, retrying until the hub has accepted each. The hub recognizes a
// message by the id it was created with, so sending it twice is harmless.

import { Backoff, HubError, pause } from "./hub.js";
import { newId } from "./store.js";

export class Outbox extends EventTarget {
  constructor(hub, store, { about, renew }) {
    super();
    Object.assign(this, { hub, store, about, renew, progress: new Map() });
    this.backoff = new Backoff(1, 30);
    this.rest = new AbortController();
    addEventListener("online", () => this.wake());
    addEventListener("storage", () => this.changed());
  }

  // Messages not yet accepted by the hub, oldest first.
  get entries() {
    return this.store.outbox();
  }

  async add(text, files, replyTo) {
    const entry = { id: newId(), text, files: [], reply_to: replyTo, at: new Date().toISOString(), failed: "" };
    for (const file of files) {
      const key = newId();
      await this.store.blobs.put(key, file);
      entry.files.push({ key, name: file.name || "image.png", mime: file.type, size: file.size, token: null });
    }
    this.store.keep(entry);
    this.changed();
    this.wake();
    return entry;
  }

  retry(entry) {
    this.store.keep({ ...entry, failed: "" });
    this.changed();
    this.wake();
  }

  async remove(entry) {
    await this.store.drop(entry);
    this.changed();
  }

  wake() {
    this.backoff.reset();
    this.rest.abort();
  }

  // Only one tab of a browser sends at a time; when it is closed, another takes over. Where third-party frames may not
  // hold locks, every tab sends: the hub still accepts each message only once.
  async run() {
    const work = () => this.work();
    if (navigator.locks) await navigator.locks.request(`${this.store.prefix}outbox`, work).catch(() => {});
    await work();
  }

  async work() {
    for (;;) {
      this.rest = new AbortController();
      const entry = this.entries.find((one) => !one.failed);
      if (!entry) {
        await pause(60, this.rest.signal);
        continue;
      }
      try {
        await this.send(entry);
        this.backoff.reset();
      } catch (error) {
        await this.failed(entry, error instanceof HubError ? error : new HubError(0));
      }
    }
  }

  async send(entry) {
    for (const file of entry.files) if (!file.token) await this.upload(entry, file);
    const { id, text, reply_to } = entry;
    const files = entry.files.map((file) => file.token);
    const answer = await this.hub.write({ id, text, files, reply_to, about: this.about() });
    this.dispatchEvent(new CustomEvent("taken", { detail: { entry, cursor: answer.cursor } }));
    await this.store.drop(entry);
    this.changed();
  }

  async upload(entry, file) {
    const blob = await this.store.blobs.get(file.key);
    if (!blob) throw new HubError(422, "lost");
    const answer = await this.hub.upload(blob, file.name, (done) => {
      this.progress.set(file.key, done);
      this.changed();
    });
    this.progress.delete(file.key);
    file.token = answer.file;
    this.store.keep(entry);
  }

  async failed(entry, error) {
    if (error.status === 401) await this.renew().catch(() => {});
    if (error.code === "unknown_file") {
      entry.files.forEach((file) => {
        file.token = null;
      }); // a new session: upload them again
      this.store.keep(entry);
    }
    if (!error.passing && error.code !== "unknown_file") {
      this.store.keep({ ...entry, failed: error.code || "refused", waits: "" });
    } else {
      if (entry.waits !== error.code) this.store.keep({ ...entry, waits: error.code }); // the reason for the delay
      this.changed();
      await pause(this.backoff.next(error.retryAfter), error.status === 429 ? undefined : this.rest.signal);
    }
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
