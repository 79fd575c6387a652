import { type Incoming, type Outgoing, type Port, startingStatus } from "./client";
import type { Call, Problem, Push, Reply } from "./contract/api";
import { changesSomething, type FromPage, type ToPage } from "./worker/messages";

export type WorkerLike = {
  postMessage(message: FromPage, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<readonly ToPage[]>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
};
type Pending = Outgoing & { sent: boolean; taken: boolean };

/** So many workers in a row that end before they are of any use, and this browser does not run them. */
const most_in_vain = 5;

const doesNotRun: Problem = { code: "storage", detail: "none" };

/**
 * The page's end of its worker. Starts a new worker when one ends (the keys are gone with it), and
 * asks again what a leader left unanswered, unless doing it twice would do more than once.
 */
export class WorkerPort implements Port {
  private worker: WorkerLike;
  private attached = false;
  private revoked = false;
  private inVain = 0;
  private gaveUp = false;
  private visible = true;
  private readonly pending = new Map<number, Pending>();
  private readonly subscriptions = new Map<number, Call>();
  private readonly listeners = new Set<(event: MessageEvent<Incoming>) => void>();
  private nextOwn = -1;

  constructor(private readonly begin: () => WorkerLike) {
    this.worker = this.start();
  }

  addEventListener(_type: "message", listener: (event: MessageEvent<Incoming>) => void): void {
    this.listeners.add(listener);
  }

  postMessage(message: Outgoing): void {
    const { id, call } = message;
    this.pending.set(id, { ...message, sent: false, taken: false });
    if (this.gaveUp) this.failed(id, doesNotRun);
    if (call.type === "unsubscribe") this.subscriptions.delete(call.subscription);
    this.sendWaiting();
    if (call.type === "subscribe") this.subscriptions.set(call.subscription, call);
  }

  /** Only a page that is seen takes the lead from one that stands still. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.worker.postMessage({ type: "visible", visible }, []);
  }

  private start(): WorkerLike {
    const worker = this.begin();
    worker.onmessage = (event) => {
      for (const message of event.data) if (worker === this.worker) this.heard(message);
    };
    // It could not be fetched, or stopped at its first step. Later on a fault of one step ends nothing.
    worker.onerror = () => {
      if (worker === this.worker && !this.attached) this.restart();
    };
    worker.postMessage({ type: "visible", visible: this.visible }, []);
    return worker;
  }

  private heard(message: ToPage): void {
    switch (message.type) {
      case "attached":
        this.attach();
        return;
      case "storage":
        this.tell({ storage: message.storage });
        return;
      case "taken": {
        const call = this.pending.get(message.id);
        if (call) call.taken = true;
        return;
      }
      case "answer":
        if ("reply" in message) this.replied(message.id, JSON.parse(message.reply) as Reply);
        else this.failed(message.id, JSON.parse(message.problem) as Problem);
        return;
      case "push":
        this.pushed(JSON.parse(message.push) as Push, message.subscription);
        return;
      case "ended":
        this.restart();
        return;
    }
  }

  private attach(): void {
    this.attached = true;
    this.inVain = 0;
    for (const call of this.pending.values()) {
      if (!call.sent) continue;
      if (!call.taken || !changesSomething(call.call)) call.sent = false;
      else this.failed(call.id, { code: "storage", detail: "unanswered" });
    }
    const asked = new Set([...this.pending.values()].map(({ call }) => (call.type === "subscribe" ? call.subscription : null)));
    for (const [subscription, call] of this.subscriptions) {
      if (asked.has(subscription)) continue;
      const id = this.nextOwn--;
      this.pending.set(id, { id, call, sent: false, taken: false });
    }
    this.sendWaiting();
  }

  private sendWaiting(): void {
    if (!this.attached) return;
    for (const call of this.pending.values()) {
      if (call.sent) continue;
      call.sent = true;
      const { id, call: asked, attachment } = call;
      // A copy: the file is asked again of another leader if this one does not take it.
      this.worker.postMessage({ type: "call", id, call: asked, ...(attachment ? { attachment } : {}) }, []);
    }
  }

  private replied(id: number, reply: Reply): void {
    const asked = this.pending.get(id);
    if (!asked) return;
    this.pending.delete(id);
    if (id > 0) {
      this.tell({ id, reply });
      return;
    }
    if (reply.type === "view" && asked.call.type === "subscribe") {
      this.tell({ push: { type: "view", subscription: asked.call.subscription, origin: "local", view: reply.view } });
    }
  }

  private failed(id: number, problem: Problem): void {
    this.pending.delete(id);
    if (id > 0) this.tell({ id, problem });
  }

  private pushed(push: Push, subscription: number | null): void {
    if (push.type === "locked") this.forgetSubscriptions();
    if (push.type === "status") this.revoked = push.status.phase.type === "revoked";
    this.tell({ push: push.type === "view" && subscription !== null ? { ...push, subscription } : push });
  }

  /** What was watched must not be asked again once the keys are gone. */
  private forgetSubscriptions(): void {
    this.subscriptions.clear();
    for (const id of [...this.pending.keys()]) if (id < 0) this.pending.delete(id);
  }

  private restart(): void {
    this.worker.terminate();
    this.attached = false;
    for (const call of this.pending.values()) {
      if (call.taken && changesSomething(call.call)) this.failed(call.id, { code: "storage", detail: "unanswered" });
      else call.sent = false;
    }
    this.inVain += 1;
    if (this.inVain >= most_in_vain) {
      this.giveUp();
      return;
    }
    // A device that was revoked begins again when its person says so, by a reload.
    if (this.revoked) for (const id of [...this.pending.keys()]) this.failed(id, { code: "wrongPhase", detail: "revoked" });
    else this.worker = this.start();
  }

  /** Says so, instead of beginning anew for ever. */
  private giveUp(): void {
    this.gaveUp = true;
    this.forgetSubscriptions();
    this.tell({ push: { type: "locked" } });
    this.tell({ push: { type: "status", status: startingStatus } });
    for (const id of [...this.pending.keys()]) this.failed(id, doesNotRun);
  }

  private tell(data: Incoming): void {
    for (const listener of this.listeners) listener(new MessageEvent("message", { data }));
  }
}
