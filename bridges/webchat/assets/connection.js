// Keeps the visitor's side up to date: one stream at a time, resumed after the last event applied. Where streams do not
// get through (a proxy buffers them), polls every few seconds.

import { Backoff, HubError, pause } from "./hub.js";

const SILENCE = 40000; // ms; the hub sends something every 15 s: after this long the connection is dead
const FIRST_WORD = 6000; // ms; a stream that sends nothing for this long after opening is being buffered
const POLL = 4; // seconds
const POLLS = 30; // then streaming is tried again
const HIDDEN = 5 * 60000; // ms; nobody is looking: the stream is closed

export class Connection extends EventTarget {
  // `renew` gets a new session when the hub no longer accepts the token; `take` applies one event.
  constructor(hub, { take, renew }) {
    super();
    Object.assign(this, { hub, take, renew, cursor: 0, state: "connecting", heldBack: 0 });
    this.backoff = new Backoff();
    this.line = new AbortController();
    addEventListener("online", () => this.again());
    addEventListener("offline", () => {
      this.be("offline");
      this.line.abort();
    });
    document.addEventListener("visibilitychange", () => this.looked());
  }

  async run(cursor) {
    this.cursor = cursor;
    for (;;) {
      this.line = new AbortController();
      try {
        if (this.heldBack >= 2) await this.poll();
        else await this.stream();
        this.backoff.reset();
      } catch (error) {
        if (error instanceof HubError && error.status >= 502 && !error.code) this.heldBack++; // a proxy's own page
        if (error instanceof HubError && error.code === "too_many_streams") this.heldBack = 2;
        if (error instanceof HubError && error.status === 401) await this.renew().catch(() => {});
        this.be(navigator.onLine ? "connecting" : "offline");
        this.waiting = new AbortController();
        await pause(this.backoff.next(error.retryAfter), this.waiting.signal);
      }
      if (this.asleep) await this.woken();
    }
  }

  // Tries at once, because something has changed.
  again() {
    this.backoff.reset();
    this.waiting?.abort();
  }

  // Reads again from `cursor`: later events may be missing.
  restart(cursor) {
    this.cursor = cursor;
    this.line.abort();
    this.again();
  }

  async stream() {
    const { line } = this;
    let watch = setTimeout(() => {
      this.heldBack++;
      line.abort();
    }, FIRST_WORD);
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => line.abort(), SILENCE);
      this.heldBack = 0;
      this.backoff.reset();
      this.be("online");
    };
    try {
      for await (const event of this.hub.stream(this.cursor, line.signal, alive)) {
        if (line.signal.aborted) return;
        this.apply(event);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  async poll() {
    const { signal } = this.line;
    for (let n = 0; n < POLLS && !signal.aborted; n++) {
      const { events } = await this.hub.news(this.cursor);
      if (signal.aborted) return;
      events.forEach((event) => this.apply(event));
      this.be("online");
      await pause(events.length ? 0.1 : POLL, signal);
    }
    this.heldBack = 0;
  }

  apply(event) {
    if (event.cursor <= this.cursor) return;
    this.cursor = event.cursor;
    this.take(event);
  }

  be(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  looked() {
    clearTimeout(this.leaving);
    if (document.hidden) {
      this.leaving = setTimeout(() => {
        this.asleep = true;
        this.line.abort();
      }, HIDDEN);
    } else if (this.asleep) {
      this.asleep = false;
      this.wake?.();
    } else {
      this.again();
    }
  }

  async woken() {
    await new Promise((resolve) => {
      this.wake = resolve;
    });
    this.backoff.reset();
  }
}
