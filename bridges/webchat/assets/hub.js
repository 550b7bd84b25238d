// Requests to the hub; failures are one kind of error.

export class HubError extends Error {
  // status 0: no answer. `passing`: the same request may succeed later.
  constructor(status, code = "", retryAfter = 0) {
    super(code || `status ${status}`);
    Object.assign(this, { status, code, retryAfter });
  }

  get passing() {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

const PATIENCE = 20000;

export class Hub {
  constructor(base) {
    this.base = base;
    this.token = null;
  }

  session() {
    return this.ask("POST", "/session");
  }

  write(message) {
    return this.ask("POST", "/messages", message);
  }

  introduce(about) {
    return this.ask("POST", "/profile", about);
  }

  saw(what) {
    return this.ask("POST", "/receipts", what);
  }

  news(after) {
    return this.ask("GET", `/events?after=${after}`);
  }

  async ask(method, path, body) {
    const options = { method, headers: this.headers(), signal: AbortSignal.timeout(PATIENCE), cache: "no-store" };
    if (body !== undefined) {
      options.body = JSON.stringify(body);
      options.headers["Content-Type"] = "application/json";
    }
    const response = await fetch(this.base + path, options).catch(() => {
      throw new HubError(0);
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw refusal(response.status, answer, response.headers.get("Retry-After"));
    return answer;
  }

  // Reports progress from 0 to 1, which fetch cannot.
  upload(file, name, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}/files`);
      for (const [header, value] of Object.entries(this.headers())) request.setRequestHeader(header, value);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.setRequestHeader("X-File-Name", encodeURIComponent(name));
      request.responseType = "json";
      request.upload.onprogress = (event) => progress(event.loaded / (event.total || 1));
      request.onerror = request.onabort = () => reject(new HubError(0));
      request.onload = () => {
        if (request.status === 200) resolve(request.response);
        else reject(refusal(request.status, request.response || {}, request.getResponseHeader("Retry-After")));
      };
      request.send(file);
    });
  }

  // Yields server-sent events; calls `alive` for every sign of life. Ends when the stream ends.
  async *stream(after, signal, alive) {
    const headers = { ...this.headers(), Accept: "text/event-stream", "Last-Event-ID": String(after) };
    const response = await fetch(`${this.base}/events`, { headers, signal, cache: "no-store" });
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      throw refusal(response.status, answer, response.headers.get("Retry-After"));
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const blocks = (text + value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const data = block
          .split("\n")
          .filter((line) => line.startsWith("data: "))
          .map((line) => line.slice(6));
        if (data.length) yield JSON.parse(data.join("\n"));
      }
    }
  }

  headers() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }
}

function refusal(status, answer, retryAfter) {
  return new HubError(status, answer.error, Number(retryAfter) || answer.retry_after || 0);
}

export function pause(seconds, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

// Delays that double, with jitter, so that browsers do not all return at once to a restarted hub.
export class Backoff {
  constructor(first = 0.5, longest = 20) {
    Object.assign(this, { first, longest, tries: 0 });
  }

  next(atLeast = 0) {
    const wait = Math.min(this.longest, this.first * 2 ** this.tries++);
    return Math.max(atLeast, wait * (0.7 + 0.6 * Math.random()));
  }

  reset() {
    this.tries = 0;
  }
}
