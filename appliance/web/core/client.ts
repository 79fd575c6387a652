import type { Call, Origin, Problem, Push, Reply, Status } from "./contract/api";
import type { Query, View } from "./contract/life";
import type { ReadingPhase } from "./reader/messages";
import { share } from "./share";

/** What the client speaks through: a worker, or a port in tests. */
export type Port = {
  postMessage(message: Outgoing, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Incoming>) => void): void;
};
export type Outgoing = { id: number; call: Call; attachment?: ArrayBuffer };
export type Incoming = { id: number; reply: Reply } | { id: number; problem: Problem } | { push: Push } | { storage: Storage };
/** Whether this browser stores for this page; it does not in some private windows. */
export type Storage = "files" | "none";

/** A call that failed, with the code that the page puts into words. */
export class CallFailed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** What a file of another product was read to, and the file's SHA-256 in hex. */
export type Readout = { imported: ArrayBuffer; content: string };
export type ReadingOptions = { signal: AbortSignal; onProgress: (phase: ReadingPhase) => void };
/** Reads a file where there are no keys. Rejects with `CallFailed`. */
export type FileReading = (file: File, options: ReadingOptions) => Promise<Readout>;

export type Answer = { view: View; origin: Origin } | { problem: Problem } | null;
type Watch = { subscription: number; answer: Answer; listeners: Set<() => void>; query: Query; space: string | null; ends?: ReturnType<typeof setTimeout> };

export const startingStatus: Status = {
  phase: { type: "starting" }, sync: "offline", waiting: 0, quarantined: 0, needsNewer: 0, canUndo: false, canRedo: false,
  alarms: [], boxAlarms: [], rekeying: false, steppedUpUntilMs: null, device: null, idleLockMinutes: 0, toErase: 0, forks: 0,
};

/** How long a view that nobody looks at stays live, so that going back is instant. */
const linger_ms = 10_000;

/** The page's side of the conversation with the worker, which holds everything and decides everything. */
export class LifeClient {
  private calls = new Map<number, { resolve: (reply: Reply) => void; reject: (failed: CallFailed) => void }>();
  private watches = new Map<string, Watch>();
  private bySubscription = new Map<number, Watch>();
  private statusListeners = new Set<() => void>();
  private progressListeners = new Set<(done: number, of: number) => void>();
  private next = 1;
  private current: Status = startingStatus;

  /** `readFile` is what reads files of other products: none of that goes on where the keys are. */
  constructor(private readonly port: Port, readonly readFile: FileReading = nothingReads) {
    port.addEventListener("message", (event) => this.heard(event.data));
    void this.call({ type: "status" }).catch(() => {});
  }

  /** Asks for one thing. Rejects with `CallFailed`. */
  call(call: Call, attachment?: ArrayBuffer): Promise<Reply> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.port.postMessage(attachment ? { id, call, attachment } : { id, call }, attachment ? [attachment] : []);
    });
  }

  /** Asks, and takes the answer only if it is of the kind expected. */
  async expect<Kind extends Reply["type"]>(kind: Kind, call: Call, attachment?: ArrayBuffer): Promise<Extract<Reply, { type: Kind }>> {
    const reply = await this.call(call, attachment);
    if (reply.type !== kind) throw new CallFailed({ code: "malformed", detail: null });
    return reply as Extract<Reply, { type: Kind }>;
  }

  /** Whether this browser stores anything for this page. */
  storage: Storage = "files";
  status = (): Status => this.current;
  onStatus = (listener: () => void) => {
    this.statusListeners.add(listener);
    return () => void this.statusListeners.delete(listener);
  };
  onProgress = (listener: (done: number, of: number) => void) => {
    this.progressListeners.add(listener);
    return () => void this.progressListeners.delete(listener);
  };

  /** Keeps an answer live while somebody listens. The same question is asked once; without `space`, of the person's own. */
  watch(query: Query, listener: () => void, space: string | null = null): () => void {
    const key = keyOf(query, space);
    let watch = this.watches.get(key);
    if (!watch) {
      watch = { subscription: this.next++, answer: null, listeners: new Set(), query, space };
      this.watches.set(key, watch);
      this.subscribe(watch);
    }
    clearTimeout(watch.ends);
    watch.listeners.add(listener);
    const held = watch;
    return () => {
      held.listeners.delete(listener);
      if (held.listeners.size === 0) held.ends = setTimeout(() => this.drop(key, held), linger_ms);
    };
  }

  answer(query: Query, space: string | null = null): Answer {
    return this.watches.get(keyOf(query, space))?.answer ?? null;
  }

  private subscribe(watch: Watch) {
    this.bySubscription.set(watch.subscription, watch);
    this.call({ type: "subscribe", subscription: watch.subscription, query: watch.query, ...inSpace(watch.space) }).then(
      (reply) => {
        if (reply.type === "view" && watch.answer === null) this.answered(watch, { view: reply.view, origin: "local" });
      },
      (failed: CallFailed) => this.answered(watch, { problem: failed.problem }),
    );
  }

  private drop(key: string, watch: Watch) {
    if (watch.listeners.size > 0) return;
    this.watches.delete(key);
    this.bySubscription.delete(watch.subscription);
    void this.call({ type: "unsubscribe", subscription: watch.subscription }).catch(() => {});
  }

  private answered(watch: Watch, answer: Answer) {
    const before = watch.answer;
    const isView = before !== null && "view" in before && answer !== null && "view" in answer;
    watch.answer = isView ? { ...answer, view: share(before.view, answer.view) } : answer;
    for (const listener of watch.listeners) listener();
  }

  private heard(message: Incoming) {
    if ("push" in message) return this.pushed(message.push);
    if ("storage" in message) {
      this.storage = message.storage;
      for (const listener of this.statusListeners) listener();
      return;
    }
    const waiting = this.calls.get(message.id);
    this.calls.delete(message.id);
    if ("problem" in message) waiting?.reject(new CallFailed(message.problem));
    else {
      if (message.reply.type === "status") this.setStatus(message.reply.status);
      waiting?.resolve(message.reply);
    }
  }

  private pushed(push: Push) {
    switch (push.type) {
      case "status":
        return this.setStatus(push.status);
      case "view": {
        const watch = this.bySubscription.get(push.subscription);
        return watch && this.answered(watch, { view: push.view, origin: push.origin });
      }
      case "progress":
        for (const listener of this.progressListeners) listener(push.done, push.of);
        return;
      case "locked":
        return this.forgetViews();
    }
  }

  /** What was shown must not outlive the keys. */
  private forgetViews() {
    for (const watch of this.watches.values()) {
      clearTimeout(watch.ends);
      this.answered(watch, null);
    }
    this.watches.clear();
    this.bySubscription.clear();
  }

  private setStatus(told: Status) {
    const status = share(this.current, told);
    if (status === this.current) return;
    this.current = status;
    for (const listener of this.statusListeners) listener();
  }
}

const nothingReads: FileReading = () => Promise.reject(new CallFailed({ code: "import", detail: "readerMissing" }));

function keyOf(query: Query, space: string | null): string {
  return JSON.stringify([query, space]);
}

/** What a call names its space by; nothing names the person's own. */
export function inSpace(space: string | null): { space?: string } {
  return space === null ? {} : { space };
}
