/** The worker that leads: runs the core, carries its effects out, and serves every tab. */
import type { Call, Status } from "../contract/api";
import { Box } from "./box";
import type { CoreLike, Effect, Failure } from "./effects";
import { type Store, Superseded } from "./files/store";
import type { Answer, Storage } from "./messages";
import { Seats } from "./seats";

export type Files = Pick<Store, "names" | "readVault" | "write" | "writeVault" | "read" | "readPart" | "eraseAll" | "settled">;

export type Tabs = {
  answer(tab: string, id: number, answer: Answer): void;
  /** What `work` tells the page of this worker's own tab goes in one message. */
  together(work: () => void): void;
  /** To one tab, or to all. */
  push(tab: string | null, push: string, subscription: number | null): void;
  /** The local key, while there is one. */
  key(key: Uint8Array | null): void;
  /** Every worker of this device is to end. */
  ended(): void;
  /** This worker alone is to end: another leads. */
  superseded(): void;
};

/** What is for the pages, not for files or the box. */
type Told = Extract<Effect, { type: "answer" | "push" }>;

/** How long unfinished writes may hold the end of the keys up. */
const lastWrites_ms = 800;
const beginnings = new Set<Call["type"]>(["claimBegin", "joinPasskeyBegin", "joinKit", "joinApproval"]);

export class Leader {
  private readonly calls = new Seats();
  private readonly subscriptions = new Seats();
  private readonly box: Box;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private status: string | null = null;
  private holdsKey = false;
  /** While the files are opened with the key of the leader before: how it ends is waited for. */
  private opening: { begun: boolean; ended(): void } | null = null;
  private over = false;

  constructor(
    private readonly core: CoreLike,
    private readonly files: Files,
    private readonly storage: Storage,
    private readonly tabs: Tabs,
  ) {
    this.box = new Box({
      ended: (token, status, body) => this.tell((core) => core.http(token, status, body)),
      failed: (token, cut) => this.tell((core) => core.http_failed(token, cut)),
      piece: (token, bytes) => this.tell((core) => core.http_piece(token, bytes)),
    });
  }

  /**
   * Reads what is stored and begins; with the key of the leader before, without asking anybody. No
   * page is told of the moments until it is open: for the person, nothing happened.
   */
  async start(key: Uint8Array | null): Promise<void> {
    const vault = await this.files.readVault();
    if (!key) return this.tell((core) => core.started(vault, this.files.names()));
    const opened = new Promise<void>((resolve) => {
      this.opening = { begun: false, ended: resolve };
    });
    this.tell((core) => core.started(vault, this.files.names()));
    this.tell((core) => core.handover(key));
    await opened;
  }

  /** A tab has come (or asks again): it is told how things stand. */
  welcome(tab: string): void {
    if (this.status !== null) this.tabs.push(tab, this.status, null);
  }

  call(tab: string, id: number, call: Call, attachment?: ArrayBuffer): void {
    if (this.over) return;
    if (this.storage === "none" && beginnings.has(call.type)) {
      this.tabs.answer(tab, id, { problem: JSON.stringify({ code: "storage", detail: "none" }) });
      return;
    }
    let asked = call;
    if (call.type === "subscribe" || call.type === "unsubscribe") {
      const subscription = this.subscriptions.take(tab, call.subscription);
      asked = { ...call, subscription };
      if (call.type === "unsubscribe") this.subscriptions.free(subscription);
    }
    const number = this.calls.take(tab, id);
    const bytes = attachment ? new Uint8Array(attachment) : undefined;
    try {
      this.tell((core) => core.call(number, JSON.stringify(asked), bytes));
    } catch {
      // A call that this version of the core does not know.
      this.calls.free(number);
      this.tabs.answer(tab, id, { problem: JSON.stringify({ code: "malformed", detail: null }) });
    }
  }

  /** A tab has gone: nobody listens to its subscriptions any more. */
  leave(tab: string): void {
    this.calls.leave(tab);
    for (const subscription of this.subscriptions.leave(tab)) {
      this.tell((core) => core.call(this.calls.take("", subscription), JSON.stringify({ type: "unsubscribe", subscription })));
    }
  }

  online(): void {
    this.tell((core) => core.online());
  }

  /** Gives up at once, without another word: another worker leads. */
  end(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.box.end();
  }

  private tell(input: (core: CoreLike) => Effect[]): void {
    if (this.over) return;
    let effects: Effect[];
    try {
      this.core.now(Date.now(), performance.now(), -new Date().getTimezoneOffset());
      effects = input(this.core);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      // The core stopped in the middle: its memory is not to be used again, nor its keys.
      this.end();
      this.tabs.ended();
      return;
    }
    this.carryOut(effects);
  }

  private carryOut(effects: readonly Effect[]): void {
    const told = effects.filter((effect) => effect.type === "answer" || effect.type === "push");
    // The pages first: somebody looks at them, and files and the network take their time.
    this.tabs.together(() => {
      for (const effect of told) this.tellTabs(effect);
    });
    for (const effect of effects) if (effect.type !== "answer" && effect.type !== "push" && effect.type !== "ended") this.carryOutOne(effect);
    if (effects.some((effect) => effect.type === "ended")) void this.finish();
    else if (told.some((effect) => effect.type === "push" && effect.kind === "status")) this.handKeyOn();
  }

  private tellTabs(effect: Told): void {
    if (effect.type === "push") {
      this.push(effect);
      return;
    }
    const seat = this.calls.free(effect.id);
    if (!seat || seat.tab === "") return;
    const { reply, problem } = effect;
    this.tabs.answer(seat.tab, seat.number, reply === undefined ? { problem: problem ?? "" } : { reply });
  }

  private carryOutOne(effect: Exclude<Effect, Told | { type: "ended" }>): void {
    switch (effect.type) {
      case "http":
        return void this.box.send(effect);
      case "tailConnect":
        this.box.connect(effect.path, effect.first, {
          open: () => this.tell((core) => core.tail_open()),
          message: (bytes) => this.tell((core) => core.tail_message(bytes)),
          closed: () => this.tell((core) => core.tail_closed()),
        });
        return;
      case "tailClose":
        this.box.disconnect();
        return;
      case "write":
        this.stored(effect.token, this.files.write(effect.writes));
        return;
      case "writeVault":
        this.stored(effect.token, this.files.writeVault(effect.bytes));
        return;
      case "eraseAll":
        return void this.files.eraseAll().catch(() => {});
      case "read":
        this.read(effect.token, effect.files);
        return;
      case "readPart":
        return void this.files
          .readPart(effect.file, effect.offset, effect.length)
          .catch(() => null)
          .then((bytes) => this.tell((core) => core.read_part(effect.token, bytes ?? undefined)));
      case "wakeAfter":
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.tell((core) => core.wake()), effect.ms);
        return;
    }
  }

  private push(effect: Extract<Effect, { type: "push" }>): void {
    if (effect.kind === "status") {
      this.status = effect.push;
      if (this.opening && !this.hasOpened(this.opening, effect.push)) return;
    }
    if (effect.kind !== "view") {
      this.tabs.push(null, effect.push, null);
      return;
    }
    const seat = this.subscriptions.whose(effect.subscription ?? -1);
    if (seat) this.tabs.push(seat.tab, effect.push, seat.number);
  }

  /** Whether a status ends the opening: it is open, or it is not to be opened by that key. */
  private hasOpened(opening: { begun: boolean; ended(): void }, push: string): boolean {
    const { phase } = (JSON.parse(push) as { status: Status }).status;
    if (phase.type === "opening") opening.begun = true;
    const waits = phase.type === "starting" || phase.type === "opening" || (phase.type === "locked" && !opening.begun);
    if (waits) return false;
    this.opening = null;
    opening.ended();
    return true;
  }

  private stored(token: number, work: Promise<Failure>): void {
    work.then(
      (failure) => this.tell((core) => core.written(token, failure)),
      (error: unknown) => {
        if (error instanceof Superseded) this.tabs.superseded();
        else this.tell((core) => core.written(token, "failed"));
      },
    );
  }

  private read(token: number, names: readonly string[]): void {
    void this.files
      .read(names)
      .catch(() => [])
      .then((files: [string, Uint8Array][]) => {
        const [found, contents] = [files.map(([name]) => name), files.map(([, bytes]) => bytes)];
        this.tell((core) => core.read(token, found, contents));
      });
  }

  /** Each tab's worker keeps the key while this one has it, so that it can go on if this one stops. */
  private handKeyOn(): void {
    const key = this.core.local_key();
    if (key !== undefined || this.holdsKey) this.tabs.key(key ?? null);
    this.holdsKey = key !== undefined;
  }

  private async finish(): Promise<void> {
    this.end();
    await Promise.race([this.files.settled(), new Promise((resolve) => setTimeout(resolve, lastWrites_ms))]);
    this.tabs.ended();
  }
}
