// What the page knows, in one place. Parts of the page listen to the names of what they show.

export const desk = {
  me: null, // what /state told: user, name, accounts, commands, limits …
  counters: {},
  section: "new",
  account: "",
  search: "",
  rows: [],
  more: false, // the list goes on below
  loading: true,
  dialog: null, // the number of the dialog that is open
  online: true,
  leaving: false, // the page is being left on purpose
  notices: [], // oldest first
};

/** A command that the hub knows, by its word. */
export const known = (word) => desk.me.commands.find((one) => one.word === word);

const listeners = new Map();

export function on(name, f) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(f);
}

export function changed(...names) {
  for (const name of names) listeners.get(name)?.forEach((f) => f());
}

/** Remembers something on this computer, for this operator. */
export const memory = {
  name: (what) => `hub.${desk.me?.desk}.${desk.me?.user}.${what}`,
  get(what, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(this.name(what))) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  /** Nothing is kept for an empty value. */
  set(what, value) {
    try {
      if (value === "") localStorage.removeItem(this.name(what));
      else localStorage.setItem(this.name(what), JSON.stringify(value));
    } catch {
      // full or forbidden: then it is not remembered
    }
  },
};
