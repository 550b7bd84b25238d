// The live stream. It carries current states, so an event that comes twice changes nothing. Each event's id is a
// position, from which a new stream continues.

import { ask } from "./api.js";

const LONGEST = 15000; // ms between two attempts
const PATIENCE = 2500; // ms before a lost connection is reported

export class Live {
  /** `handlers`: event name → f(data). `said(online)`: called when the connection is lost or restored. */
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

  /** Follows something else from now on: {section, account, text, dialog}; `position`: what is known of it. */
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

  /** Reconnects after an HTTP error, when the browser gives up; after a mere break the browser reconnects by itself. */
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
      await ask("GET", "state"); // answers 401 when signed out
    } catch (error) {
      if (error.status === 401) return this.shut();
    }
    this.open();
  }
}
