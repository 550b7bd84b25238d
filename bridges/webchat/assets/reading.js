// Delivered and read messages: counted for the launcher, reported to the hub.
// 
// "Delivered" is reported when a message has reached this browser, "read" when it has been visible in a window that the
// visitor looks at. The newest message stands for all before it.

import { newId } from "./store.js";

const CALM = 1200; // ms: one report for a burst of messages, and none before the hub has recorded its message as sent
const AGAIN = 15000; // ms: the last report is repeated once, in case it was still too early

export class Reading {
  constructor(hub, store, thread, frame) {
    Object.assign(this, { hub, store, thread, frame, told: store.get("told", ""), again: 0 });
    this.watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries)
          if (entry.isIntersecting) this.visible.add(entry.target.dataset.id);
          else this.visible.delete(entry.target.dataset.id);
        this.look();
      },
      { threshold: 0.4 },
    );
    this.visible = new Set();
    document.addEventListener("visibilitychange", () => this.look());
    frame.addEventListener("shown", () => this.look());
  }

  get readTo() {
    return this.store.get("read", 0);
  }

  // Observes operators' unread messages; call it when their rows may have changed.
  follow(list) {
    this.watcher.disconnect();
    this.visible.clear();
    for (const row of list.querySelectorAll(".row.operator")) {
      const message = this.thread.get(row.dataset.id);
      if (message?.cursor > this.readTo) this.watcher.observe(row);
    }
    this.report();
  }

  look() {
    if (this.frame.seen) {
      const seen = [...this.visible].map((id) => this.thread.get(id)?.cursor ?? 0);
      const furthest = Math.max(this.readTo, ...seen);
      if (furthest > this.readTo) this.store.set("read", furthest);
    }
    this.report();
  }

  report() {
    this.frame.tell({ unread: this.thread.unread(this.readTo).length });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), CALM);
  }

  async send() {
    const operators = this.thread.inOrder().filter((one) => one.from === "operator");
    const delivered = operators.at(-1)?.id ?? null;
    const read = operators.findLast((one) => one.cursor <= this.readTo)?.id ?? null;
    const what = JSON.stringify([delivered, read]);
    if (!delivered || (what === this.told && this.again <= 0)) return;
    if (what !== this.told) this.again = 2;
    try {
      await this.hub.saw({ id: newId(), delivered, read });
      this.told = what;
      this.again--;
      if (this.again > 0) setTimeout(() => this.send(), AGAIN);
      else this.store.set("told", what);
    } catch {
      this.timer = setTimeout(() => this.send(), AGAIN);
    }
  }
}
