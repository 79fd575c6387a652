/**
 * Which tab's worker leads: the one that holds a Web Lock. A leader that closes gives the lock up
 * by itself. One that was frozen by the browser does not: a visible tab that hears no answer to its
 * pings takes the lock by force, and the files' term (files/store.ts) makes the frozen one harmless.
 */

const lock = "lifeos.leader";
export const pingEvery_ms = 1_000;
export const patience_ms = 3_000;

export type Candidate = {
  /** Begins to lead. `byForce` if the leader before may still believe that it leads. */
  lead(byForce: boolean): void;
  /** Another took the lock by force. */
  superseded(): void;
  ping(): void;
};

export class Election {
  private leading = false;
  private visible = false;
  private heardAt_ms = 0;
  private lookedAt_ms = 0;
  private busyUntil_ms = 0;
  private queued = new AbortController();

  constructor(
    private readonly candidate: Candidate,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.heardAt_ms = this.lookedAt_ms = this.now();
    void this.request({ signal: this.queued.signal }, false);
    setInterval(() => this.look(), pingEvery_ms);
  }

  get leads(): boolean {
    return this.leading;
  }

  setVisible(visible: boolean): void {
    if (visible && !this.visible) this.heardAt_ms = this.now();
    this.visible = visible;
  }

  /** The leader answered, or announced itself. */
  heard(): void {
    this.heardAt_ms = this.now();
    this.busyUntil_ms = 0;
  }

  /** The leader will not answer for a while. */
  busy(ms: number): void {
    this.busyUntil_ms = Math.max(this.busyUntil_ms, this.now() + ms);
  }

  private look(): void {
    const now = this.now();
    // This worker itself stood still: what it did not hear meanwhile says nothing.
    if (now - this.lookedAt_ms > 2 * pingEvery_ms) this.heardAt_ms = now;
    this.lookedAt_ms = now;
    if (this.leading || !this.visible) return;
    if (now - this.heardAt_ms > patience_ms && now > this.busyUntil_ms) {
      this.heardAt_ms = now;
      this.queued.abort();
      void this.request({ steal: true }, true);
    } else this.candidate.ping();
  }

  private async request(options: LockOptions, byForce: boolean): Promise<void> {
    try {
      await navigator.locks.request(lock, options, () => {
        this.leading = true;
        this.candidate.lead(byForce);
        return new Promise<never>(() => {}); // held as long as this worker lives
      });
    } catch {
      // Either the wish was withdrawn, or the lock was taken away.
      if (this.leading) this.candidate.superseded();
    }
  }
}
