// The page's state, in one place. Parts of the page listen to the names of what they show.

export const desk = {
  me: null, // answer of /state: user, name, accounts, commands, limits …
  counters: {},
  section: "new",
  account: "",
  search: "",
  rows: [],
  more: false, // the list has further rows
  loading: true,
  dialog: null, // number of the open dialog
  online: true,
  leaving: false, // the page is being left on purpose
  notices: [], // oldest first
};

/** A command that the hub has, by its word. */
export const known = (word) => desk.me.commands.find((one) => one.word === word);

const listeners = new Map();

export function on(name, f) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(f);
}

export function changed(...names) {
  for (const name of names) listeners.get(name)?.forEach((f) => f());
}

/** Storage on this computer, per operator. */
export const memory = {
  name: (what) => `hub.${desk.me?.desk}.${desk.me?.user}.${what}`,
  get(what, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(this.name(what))) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  /** An empty value is removed. */
  set(what, value) {
    try {
      if (value === "") localStorage.removeItem(this.name(what));
      else localStorage.setItem(this.name(what), JSON.stringify(value));
    } catch {
      // full or forbidden: nothing is stored
    }
  },
};
