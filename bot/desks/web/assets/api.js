// Requests to the hub. Every failure is a `Failed` that says whether a retry may help.

export class Failed extends Error {
  /** `status` 0: no answer. `code`: the hub's code of the error. */
  constructor(status, code, words) {
    super(words || code || `status ${status}`);
    this.status = status;
    this.code = code;
  }

  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 409 || this.status === 429;
  }
}

const listeners = new Set();

/** Calls `f` when the hub answers that nobody is signed in. */
export function onSignedOut(f) {
  listeners.add(f);
}

function failed(status, text) {
  let detail = {};
  try {
    detail = JSON.parse(text).detail || {};
  } catch {
    // not the hub's own answer: a proxy's page, or nothing
  }
  if (status === 401) listeners.forEach((f) => f());
  return new Failed(status, detail.code || "", detail.words || "");
}

const HEADERS = { "X-Hub-Desk": "1", "X-Hub-Zone": Intl.DateTimeFormat().resolvedOptions().timeZone || "" };

export async function ask(method, path, { body, query, signal } = {}) {
  const url = `/desk/api/${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
  const headers = body === undefined ? HEADERS : { ...HEADERS, "Content-Type": "application/json" };
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0, "offline");
  }
  const text = await response.text();
  if (!response.ok) throw failed(response.status, text);
  return text ? JSON.parse(text) : {};
}

/** Posts a form with files; calls `progress` with 0 … 1. */
export function upload(path, form, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/desk/api/${path}`);
    for (const [name, value] of Object.entries(HEADERS)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Failed(0, "offline"));
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(failed(request.status, request.responseText));
    };
    request.send(form);
  });
}

/** Creates an id for an action: repeating it with the same id does nothing twice. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
