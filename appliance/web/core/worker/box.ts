/** Requests to the box and its tail: this origin, with its cookie, past every cache. */
import type { Request } from "./effects";

const idle_ms = 30_000;
const longPoll_ms = 60_000;

export type Answered = {
  ended(token: number, status: number, body: Uint8Array): void;
  failed(token: number, cut: boolean): void;
  piece(token: number, bytes: Uint8Array): void;
};

export class Box {
  private readonly underWay = new Map<number, AbortController>();
  private tail: WebSocket | null = null;

  constructor(private readonly told: Answered) {}

  async send(request: Request): Promise<void> {
    const { token, method, path, headers, body, streamed } = request;
    const abort = new AbortController();
    this.underWay.set(token, abort);
    const limit_ms = path.includes("wait=") ? longPoll_ms : idle_ms;
    let timer = setTimeout(() => abort.abort(), limit_ms);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), limit_ms);
    };
    let begun = false;
    try {
      const response = await fetch(path, {
        method,
        headers,
        body: body.length > 0 ? body : null,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: abort.signal,
      });
      begun = true;
      const whole = await this.read(response, streamed && response.ok, alive, (bytes) => {
        if (this.underWay.has(token)) this.told.piece(token, bytes);
      });
      if (this.underWay.delete(token)) this.told.ended(token, response.status, whole);
    } catch {
      if (this.underWay.delete(token)) this.told.failed(token, begun);
    } finally {
      clearTimeout(timer);
    }
  }

  connect(path: string, first: Uint8Array<ArrayBuffer>, told: { open(): void; message(bytes: Uint8Array): void; closed(): void }): void {
    this.disconnect();
    const url = new URL(path, self.location.origin);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.tail = socket;
    const current = (work: () => void) => () => {
      if (this.tail === socket) work();
    };
    socket.onopen = current(() => {
      socket.send(first);
      told.open();
    });
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.tail === socket && event.data instanceof ArrayBuffer) told.message(new Uint8Array(event.data));
    };
    socket.onclose = current(() => {
      this.tail = null;
      told.closed();
    });
  }

  disconnect(): void {
    const socket = this.tail;
    this.tail = null;
    socket?.close();
  }

  /** Gives everything up that is under way. */
  end(): void {
    this.disconnect();
    const all = [...this.underWay.values()];
    this.underWay.clear();
    for (const abort of all) abort.abort();
  }

  /** Reads a body; in pieces as they come, or whole at the end. */
  private async read(response: Response, inPieces: boolean, alive: () => void, piece: (bytes: Uint8Array) => void): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const reader = response.body?.getReader();
    for (;;) {
      const next = await reader?.read();
      if (!next || next.done) break;
      alive();
      if (inPieces) piece(next.value);
      else parts.push(next.value);
    }
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
