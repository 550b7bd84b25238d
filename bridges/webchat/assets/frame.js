// The chat's place on a page: in a site's frame, or a page of its own.

const FOCUSABLE = "button, textarea, input, a[href], [tabindex]";

// `token`: the one that the page has stored, or null.
export class Frame extends EventTarget {
  constructor() {
    super();
    this.embedded = window.parent !== window;
    this.open = !this.embedded;
    this.token = new Promise((resolve) => {
      this.tokenKept = resolve;
      setTimeout(resolve, this.embedded ? 1500 : 0, null);
    });
    if (!this.embedded) return;
    addEventListener("message", (event) => {
      if (event.source === window.parent && event.data?.dialogHub) this.heard(event.data.dialogHub);
    });
    addEventListener("keydown", (event) => this.key(event));
  }

  // Whether the visitor can see the chat now.
  get seen() {
    return this.open && !document.hidden;
  }

  // Sends a message to the page; only pages that the hub's policy names can show the chat.
  tell(message) {
    if (this.embedded) window.parent.postMessage({ dialogHub: message }, "*");
  }

  heard(message) {
    if ("theme" in message) document.getElementById("dark").media = message.theme === "dark" ? "all" : "not all";
    if ("token" in message) this.tokenKept(message.token);
    if (!("shown" in message)) return;
    this.open = Boolean(message.shown);
    this.dispatchEvent(new CustomEvent("shown", { detail: { focus: this.open && message.focus } }));
  }

  // Keeps the focus inside the open chat; Escape closes it.
  key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) this.tell({ close: true });
    if (event.key !== "Tab") return;
    const seen = (one) => one.checkVisibility?.() ?? one.offsetParent;
    const able = (one) => one.tabIndex >= 0 && !one.disabled && seen(one);
    const stops = [...document.querySelectorAll(FOCUSABLE)].filter(able);
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
}
