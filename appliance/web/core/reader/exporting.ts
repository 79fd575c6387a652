/** An export, from the core to the worker that packs it: what leaves, then everything that happened, page by page. */
import type { Call, Reply } from "../contract/api";
import type { ExportFailure, ExportFormats, ExportVerified, ExportWish } from "../contract/exchange";
import type { Portion } from "../contract/tasks";
import { bytes } from "../passkey";
import type { FromPacker, ToPacker } from "./messages";

export type PackerLike = {
  postMessage(message: ToPacker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<FromPacker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  terminate(): void;
};

/** What is asked for, and who is told how far it is. */
export type ExportOptions = {
  portion: Portion;
  formats: ExportFormats;
  product: string;
  now_ms: number;
  signal: AbortSignal;
  onProgress: (phase: ExportPhase) => void;
};

/** How far an export is: changes that were taken, then reading back. */
export type ExportPhase = { phase: "collecting"; done: number; of: number } | { phase: "packing" };

/** An archive that was read back. */
export type Exported = { archive: ArrayBuffer; verified: ExportVerified };

/** There is no archive, and why. */
export class ExportFailed extends Error {
  constructor(readonly failure: ExportFailure) {
    super(failure.code);
  }
}

/** What the core is asked through. */
export type Core = { expect<Kind extends Reply["type"]>(kind: Kind, call: Call): Promise<Extract<Reply, { type: Kind }>> };

/** How long one step of the worker may take before it is ended: minutes for what takes seconds. */
export const longest_ms = 300_000;

/** Has a fresh worker pack one export, and ends it whatever comes of that. */
export async function exportBy(begin: () => PackerLike, core: Core, module: WebAssembly.Module, options: ExportOptions): Promise<Exported> {
  const { portion, formats, product, now_ms, signal, onProgress } = options;
  const stop = () => {
    if (signal.aborted) throw failed("cancelled");
  };
  stop();
  const worker = begin();
  const steps = new Steps(worker, signal);
  try {
    const { space, items } = await core.expect("tasksOut", { type: "tasksOut", portion });
    stop();
    const wish = { product, atMs: now_ms, space, portion, formats } satisfies ExportWish;
    const leaving = bytes(items).buffer;
    await steps.take({ type: "export", module, wish: JSON.stringify(wish), items: leaving }, [leaving]);
    if (formats.events) {
      let after: Extract<Call, { type: "eventsOut" }>["after"] = null;
      let done = 0;
      do {
        const reply: Extract<Reply, { type: "eventsOut" }> = await core.expect("eventsOut", { type: "eventsOut", after });
        stop();
        const page = bytes(reply.page).buffer;
        await steps.take({ type: "events", page }, [page]);
        done += reply.changes;
        onProgress({ phase: "collecting", done, of: Math.max(done, reply.of) });
        after = reply.next;
      } while (after);
    }
    onProgress({ phase: "packing" });
    const packed = await steps.take({ type: "finish" }, []);
    if (packed.type !== "packed") throw failed("form");
    return { archive: packed.archive, verified: JSON.parse(packed.verified) as ExportVerified };
  } finally {
    steps.end();
  }
}

/** One step after the other: what is given, and what the worker says to it. */
class Steps {
  private waiting: { resolve: (message: FromPacker) => void; reject: (failed: ExportFailed) => void } | null = null;
  private late: ReturnType<typeof setTimeout> | undefined;
  /** The worker ended while nothing was asked of it. */
  private over: ExportFailed | null = null;

  constructor(
    private readonly worker: PackerLike,
    private readonly signal: AbortSignal,
  ) {
    worker.onmessage = ({ data }) => {
      if (data.type === "failed") this.fail(new ExportFailed(JSON.parse(data.failure) as ExportFailure));
      else this.settle()?.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(failed("readerDied"));
    };
    worker.onmessageerror = () => this.fail(failed("readerDied"));
    signal.addEventListener("abort", this.cancelled);
  }

  take(message: ToPacker, transfer: Transferable[]): Promise<FromPacker> {
    if (this.over) return Promise.reject(this.over);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.late = setTimeout(() => this.fail(failed("readerSlow")), longest_ms);
      this.worker.postMessage(message, transfer);
    });
  }

  end(): void {
    clearTimeout(this.late);
    this.signal.removeEventListener("abort", this.cancelled);
    this.worker.onmessage = null;
    this.worker.terminate();
  }

  private readonly cancelled = () => this.fail(failed("cancelled"));

  private settle() {
    clearTimeout(this.late);
    const waiting = this.waiting;
    this.waiting = null;
    return waiting;
  }

  private fail(why: ExportFailed): void {
    this.over = why;
    this.settle()?.reject(why);
  }
}

function failed(code: string): ExportFailed {
  return new ExportFailed({ code, file: null, place: null });
}
