/** One tab's worker: its page's errand boy, and leader when it is its turn. */
import type { Bus } from "./bus";
import type { CoreLike } from "./effects";
import { Election } from "./election";
import { type Files, Leader } from "./leader";
import { type BetweenTabs, changesSomething, type FromPage, type Storage, takesLong, type ToPage } from "./messages";

export type Parts = {
  core(): Promise<CoreLike>;
  files(byForce: boolean): Promise<{ files: Files; storage: Storage }>;
};

/** How long a long piece of work may take before another tab looks after it. */
const long_ms = 60_000;
const tabLock = "lifeos.tab.";

export class TabWorker {
  private readonly own: string = crypto.randomUUID();
  private readonly election: Election;
  private leader: string | null = null;
  private leading: Leader | null = null;
  private storage: Storage = "files";
  private key: Uint8Array | null = null;
  private readonly known = new Set<string>();
  private over = false;
  /** What the page is told with the rest of what comes of the same event. */
  private gathered: ToPage[] | null = null;

  constructor(
    private readonly bus: Bus,
    private readonly toPage: (messages: readonly ToPage[]) => void,
    private readonly parts: Parts,
  ) {
    this.election = new Election({
      lead: (byForce) => void this.lead(byForce),
      superseded: () => this.end(),
      ping: () => this.bus.post(this.leader === null ? { type: "hello", tab: this.own } : { type: "ping" }),
    });
  }

  start(): void {
    this.bus.listen((message) => this.heard(message));
    // Held as long as this worker lives: the leader learns by it that the tab has gone.
    void navigator.locks.request(tabLock + this.own, () => new Promise<never>(() => {}));
    this.election.start();
    this.bus.post({ type: "hello", tab: this.own });
  }

  fromPage(message: FromPage): void {
    if (message.type === "visible") {
      this.election.setVisible(message.visible);
      if (message.visible) this.online();
    } else if (this.leader !== null) {
      const { id, call, attachment } = message;
      this.bus.postTo(this.leader, this.own, { type: "call", leader: this.leader, tab: this.own, id, call, ...(attachment ? { attachment } : {}) });
    }
  }

  online(): void {
    this.leading?.online();
  }

  private say(message: ToPage): void {
    if (this.gathered) this.gathered.push(message);
    else this.toPage([message]);
  }

  private together(work: () => void): void {
    const outer = this.gathered;
    const gathered = outer ?? [];
    this.gathered = gathered;
    try {
      work();
    } finally {
      this.gathered = outer;
      if (!outer && gathered.length > 0) this.toPage(gathered);
    }
  }

  private async lead(byForce: boolean): Promise<void> {
    try {
      const [core, { files, storage }] = await Promise.all([this.parts.core(), this.parts.files(byForce)]);
      if (this.over) return;
      this.storage = storage;
      const leading = new Leader(core, files, storage, {
        answer: (tab, id, answer) => this.bus.postTo(tab, this.own, { type: "answer", tab, id, ...answer }),
        push: (tab, push, subscription) => {
          const message: BetweenTabs = { type: "push", leader: this.own, tab, push, subscription };
          if (tab === null) this.bus.post(message);
          else this.bus.postTo(tab, this.own, message);
        },
        together: (work) => this.together(work),
        key: (key) => {
          this.hold(key);
          this.bus.post({ type: "key", leader: this.own, key });
        },
        ended: () => this.bus.post({ type: "ended" }),
        superseded: () => this.end(),
      });
      this.leading = leading;
      if (this.key) this.bus.post({ type: "busy", leader: this.own, ms: long_ms });
      await leading.start(this.key);
      this.bus.post({ type: "leads", leader: this.own, storage });
    } catch {
      this.end();
    }
  }

  private heard(message: BetweenTabs): void {
    if (this.over) return;
    switch (message.type) {
      case "hello":
        this.greeted(message.tab);
        return;
      case "leads":
        this.attach(message.leader, message.storage);
        return;
      case "ping":
        if (this.election.leads) this.bus.post({ type: "pong", leader: this.own });
        return;
      case "pong":
        this.election.heard();
        return;
      case "busy":
        this.election.busy(message.ms);
        return;
      case "key":
        if (message.leader === this.leader && message.leader !== this.own) this.hold(message.key);
        return;
      case "call":
        if (message.leader === this.own) this.asked(message);
        return;
      case "taken":
        if (message.tab === this.own) this.say({ type: "taken", id: message.id });
        return;
      case "answer": {
        const { tab, ...answer } = message;
        if (tab === this.own) this.say(answer);
        return;
      }
      case "push":
        // A leader that was superseded may not know it yet: what it says does not count.
        if (message.leader === this.leader && (message.tab ?? this.own) === this.own) this.say({ type: "push", push: message.push, subscription: message.subscription });
        return;
      case "ended":
        this.end();
        return;
    }
  }

  private greeted(tab: string): void {
    if (!this.leading || this.leader !== this.own) return;
    this.bus.postTo(tab, this.own, { type: "leads", leader: this.own, storage: this.storage });
    if (this.key) this.bus.postTo(tab, this.own, { type: "key", leader: this.own, key: this.key });
    this.serve(tab);
  }

  private hold(key: Uint8Array | null): void {
    const copy = key && Uint8Array.from(key);
    this.key?.fill(0);
    this.key = copy;
  }

  private serve(tab: string): void {
    if (this.known.has(tab)) return;
    this.known.add(tab);
    void navigator.locks.request(tabLock + tab, () => {
      this.known.delete(tab);
      this.leading?.leave(tab);
    });
    this.leading?.welcome(tab);
  }

  private attach(leader: string, storage: Storage): void {
    this.election.heard();
    if (leader === this.leader) return;
    this.leader = leader;
    this.say({ type: "storage", storage });
    this.say({ type: "attached" });
    if (leader === this.own) this.leading?.welcome(this.own);
    else this.bus.post({ type: "hello", tab: this.own });
  }

  private asked(message: Extract<BetweenTabs, { type: "call" }>): void {
    const { tab, id, call, attachment } = message;
    if (!this.leading) return;
    if (changesSomething(call)) this.bus.postTo(tab, this.own, { type: "taken", tab, id });
    if (takesLong(call)) this.bus.post({ type: "busy", leader: this.own, ms: long_ms });
    this.leading.call(tab, id, call, attachment);
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.leading?.end();
    this.key?.fill(0);
    this.key = null;
    this.say({ type: "ended" });
  }
}
