// Data kept in the visitor's browser: identity, unsent messages, read position.
// 
// Messages are kept in localStorage, which is written before the page can close; files are kept in IndexedDB until the
// hub has them. Where a browser stores nothing, everything lasts as long as the page.

export class Store {
  constructor(account) {
    this.prefix = `hub-chat:${account}:`;
    this.area = usable() || new Memory();
    this.blobs = new Blobs();
  }

  get(name, otherwise = null) {
    try {
      return JSON.parse(this.area.getItem(this.prefix + name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  set(name, value) {
    try {
      this.area.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // The storage is full: the message is sent all the same, only a reload would lose it.
    }
  }

  remove(name) {
    this.area.removeItem(this.prefix + name);
  }

  // Outgoing messages, oldest first. Each has its own entry, so two tabs never overwrite each other's.
  outbox() {
    const start = `${this.prefix}out:`;
    const names = [];
    for (let n = 0; n < this.area.length; n++) {
      const name = this.area.key(n);
      if (name.startsWith(start)) names.push(name.slice(this.prefix.length));
    }
    return names
      .sort()
      .map((name) => this.get(name))
      .filter(Boolean);
  }

  keep(entry) {
    this.set(`out:${entry.id}`, entry);
  }

  async drop(entry) {
    this.remove(`out:${entry.id}`);
    await Promise.all(entry.files.map((file) => this.blobs.delete(file.key)));
  }
}

// Ids sort in the order of creation.
let births = 0;
export function newId() {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36).padStart(2, "0"));
  const at = Date.now().toString(36).padStart(9, "0");
  const birth = (births++ % 36 ** 3).toString(36).padStart(3, "0");
  return at + birth + random.join("");
}

function usable() {
  try {
    localStorage.setItem("hub-chat", "");
    localStorage.removeItem("hub-chat");
    return localStorage;
  } catch {
    return null;
  }
}

class Memory {
  items = new Map();
  get length() {
    return this.items.size;
  }
  key(n) {
    return [...this.items.keys()][n];
  }
  getItem(name) {
    return this.items.get(name) ?? null;
  }
  setItem(name, value) {
    this.items.set(name, value);
  }
  removeItem(name) {
    this.items.delete(name);
  }
}

class Blobs {
  spare = new Map();

  async put(key, blob) {
    this.spare.set(key, blob);
    await this.ask("readwrite", (files) => files.put(blob, key));
  }

  async get(key) {
    return this.spare.get(key) ?? (await this.ask("readonly", (files) => files.get(key)));
  }

  async delete(key) {
    this.spare.delete(key);
    await this.ask("readwrite", (files) => files.delete(key));
  }

  async ask(mode, request) {
    try {
      this.opened ??= open();
      const files = (await this.opened).transaction("files", mode).objectStore("files");
      return await answered(request(files));
    } catch {
      return undefined; // no IndexedDB here: `spare` holds it while the page is open
    }
  }
}

function open() {
  const asked = indexedDB.open("hub-chat", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files");
  return answered(asked);
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
