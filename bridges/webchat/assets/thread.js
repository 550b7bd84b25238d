// The current conversation: events folded into messages. An edit or a deletion changes its message in place.

export class Thread {
  constructor() {
    this.messages = new Map();
  }

  reset(events) {
    this.messages.clear();
    events.forEach((event) => this.apply(event));
  }

  // Returns the message if it is new, or null. A `local` one is the visitor's own, accepted by the hub but not yet
  // received back.
  apply(event) {
    const known = this.messages.get(event.id);
    if (event.type === "message" && (!known || known.local)) {
      this.messages.set(event.id, { ...event, edited: false, deleted: false });
      return known ? null : this.messages.get(event.id);
    }
    if (event.type === "edit" && known) {
      Object.assign(known, { spans: event.spans, attachments: event.attachments, edited: true });
    }
    if (event.type === "delete" && known) Object.assign(known, { deleted: true, spans: [], attachments: [] });
    if (event.type === "reaction" && known) known.emoji = event.emoji;
    return null;
  }

  get(id) {
    return this.messages.get(id);
  }

  // Oldest first.
  inOrder() {
    return [...this.messages.values()].sort((one, other) => one.cursor - other.cursor);
  }

  // Operators' messages after a cursor.
  unread(cursor) {
    return this.inOrder().filter((one) => one.from === "operator" && one.cursor > cursor && !one.deleted);
  }

  newest() {
    return this.inOrder().findLast((one) => one.from === "operator");
  }
}
