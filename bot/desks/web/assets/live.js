// The live stream. It carries the state as it is, so that what comes twice changes nothing; each event's id
// says how far we are, and a new stream begins there.

import { ask } from "./api.js";

const LONGEST = 15000; // milliseconds between two tries
const PATIENCE = 2500; // of a lost connection before it is said

export class Live {
  /** `handlers`: event name → f(data). `said(online)` is called when the connection goes and comes. */
  constructor(handlers, said) {
    this.handlers = handlers;
    this.said = said;
    this.wants = {};
    this.position = { notice: 0, revision: 0 };
    this.pause = 1000;
    this.source = null;
    this.timer = 0;
    this.doubt = 0;
    window.addEventListener("online", () => this.source && this.open());
  }

  /** Shows something else from now on: {section, account, text, dialog}; `position`: what is known of it. */
  show(wants, position) {
    this.wants = wants;
    Object.assign(this.position, position);
    this.open();
  }

  open() {
    this.shut();
    const filled = Object.entries({ ...this.wants, ...this.position }).filter(
      ([, value]) => value !== "" && value !== null && value !== undefined,
    );
    const source = new EventSource(`/desk/api/live?${new URLSearchParams(filled)}`);
    this.source = source;
    source.onopen = () => this.came();
    source.onerror = () => this.lost(source);
    for (const [name, handle] of Object.entries(this.handlers)) {
      source.addEventListener(name, (event) => {
        if (this.source !== source) return;
        this.reached(event.lastEventId);
        handle(JSON.parse(event.data));
      });
    }
  }

  shut() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  reached(id) {
    const [notice, dialog, revision] = id.split(".").map(Number);
    this.position.notice = Math.max(this.position.notice, notice || 0);
    if (dialog === (this.wants.dialog || 0)) this.position.revision = Math.max(this.position.revision, revision || 0);
  }

  came() {
    clearTimeout(this.doubt);
    this.doubt = 0;
    this.pause = 1000;
    this.said(true);
  }

  /** The browser reconnects by itself after a break; after an error of HTTP it gives up, and we go on. */
  lost(source) {
    if (this.source !== source) return;
    this.doubt ||= setTimeout(() => this.said(false), PATIENCE);
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST);
  }

  async again() {
    try {
      await ask("GET", "state"); // says 401 when we are signed out
    } catch (error) {
      if (error.status === 401) return this.shut();
    }
    this.open();
  }
}
