import { expect, test } from "vitest";
import { type Incoming, startingStatus } from "./client";
import type { Call } from "./contract/api";
import { WorkerPort, type WorkerLike } from "./port";
import type { FromPage, ToPage } from "./worker/messages";

class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<readonly ToPage[]>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly calls: number[] = [];
  ended = false;
  postMessage(message: FromPage): void {
    if (message.type === "call") this.calls.push(message.id);
  }
  terminate(): void {
    this.ended = true;
  }
  tell(...data: ToPage[]): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }
}

function page() {
  const workers: FakeWorker[] = [];
  const heard: Incoming[] = [];
  const port = new WorkerPort(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  });
  port.addEventListener("message", (event) => heard.push(event.data));
  return { port, workers, heard, last: () => workers.at(-1) as FakeWorker };
}
const createTask: Call = { type: "do", command: { type: "tasks", command: { type: "createTask", title: "x", set: [], labels: [], place: null } }, intent: null };

test("calls wait for a leader", () => {
  const { port, last } = page();
  port.postMessage({ id: 1, call: { type: "status" } });
  expect(last().calls).toEqual([]);
  last().tell({ type: "attached" });
  expect(last().calls).toEqual([1]);
});

test("what a leader did not take is asked of the next, what it took and did not answer is not", () => {
  const { port, last, heard } = page();
  last().tell({ type: "attached" });
  port.postMessage({ id: 1, call: createTask });
  port.postMessage({ id: 2, call: createTask });
  port.postMessage({ id: 3, call: { type: "devices" } });
  last().tell({ type: "taken", id: 1 });
  last().tell({ type: "attached" });
  expect(last().calls).toEqual([1, 2, 3, 2, 3]);
  expect(heard).toEqual([{ id: 1, problem: { code: "storage", detail: "unanswered" } }]);
});

test("an act that bears the name of its gesture is asked again, since it is done once", () => {
  const { port, last, heard } = page();
  last().tell({ type: "attached" });
  port.postMessage({ id: 1, call: { ...createTask, intent: "00112233445566778899aabbccddeeff" } as Call });
  last().tell({ type: "taken", id: 1 });
  last().tell({ type: "attached" });
  expect(last().calls).toEqual([1, 1]);
  expect(heard).toEqual([]);
});

test("subscriptions outlive their leader, but not a lock", () => {
  const { port, workers, last } = page();
  last().tell({ type: "attached" });
  port.postMessage({ id: 1, call: { type: "subscribe", subscription: 9, query: { type: "today" } as never } });
  last().tell({ type: "answer", id: 1, reply: JSON.stringify({ type: "done" }) });
  last().tell({ type: "ended" });
  expect(workers[0]?.ended).toBe(true);
  last().tell({ type: "attached" });
  expect(last().calls).toEqual([-1]);
  last().tell({ type: "push", push: JSON.stringify({ type: "locked" }), subscription: null });
  last().tell({ type: "ended" });
  last().tell({ type: "attached" });
  expect(last().calls).toEqual([]);
});

test("a revoked device begins again by a reload only", () => {
  const { port, workers, last, heard } = page();
  last().tell({ type: "push", push: JSON.stringify({ type: "status", status: { phase: { type: "revoked" } } }), subscription: null });
  port.postMessage({ id: 1, call: { type: "status" } });
  last().tell({ type: "ended" });
  expect(workers.length).toBe(1);
  expect(heard.at(-1)).toEqual({ id: 1, problem: { code: "wrongPhase", detail: "revoked" } });
});

test("a worker that never gets to work is begun anew a few times, and then it is said", () => {
  const { port, workers, last, heard } = page();
  last().tell({ type: "attached" });
  last().tell({ type: "ended" });
  port.postMessage({ id: 1, call: { type: "status" } });
  for (let failed = 0; failed < 50; failed += 1) failed % 2 === 0 ? last().tell({ type: "ended" }) : last().onerror?.(new ErrorEvent("error"));
  expect(workers.length).toBe(5);
  expect(heard).toContainEqual({ id: 1, problem: { code: "storage", detail: "none" } });
  expect(heard).toContainEqual({ push: { type: "status", status: startingStatus } });
  port.postMessage({ id: 2, call: { type: "status" } });
  expect(heard.at(-1)).toEqual({ id: 2, problem: { code: "storage", detail: "none" } });
});

test("a worker that has got to work is not begun anew for one step that failed", () => {
  const { workers, last } = page();
  last().tell({ type: "attached" });
  for (let failed = 0; failed < 9; failed += 1) last().onerror?.(new ErrorEvent("error"));
  expect(workers.length).toBe(1);
  for (let times = 0; times < 9; times += 1) {
    last().tell({ type: "ended" });
    last().tell({ type: "attached" });
  }
  expect(workers.length).toBeGreaterThan(9);
});

test("what comes in one message is heard in its order, and nothing of it once its worker has ended", () => {
  const { port, workers, last, heard } = page();
  last().tell({ type: "attached" });
  port.postMessage({ id: 1, call: { type: "status" } });
  const ends = last();
  ends.tell({ type: "push", push: JSON.stringify({ type: "progress", done: 1, of: 2 }), subscription: null }, { type: "ended" }, { type: "answer", id: 1, reply: JSON.stringify({ type: "done" }) });
  expect(heard).toEqual([{ push: { type: "progress", done: 1, of: 2 } }]);
  expect(workers.length).toBe(2);
  last().tell({ type: "attached" }, { type: "answer", id: 1, reply: JSON.stringify({ type: "done" }) });
  expect(heard.at(-1)).toEqual({ id: 1, reply: { type: "done" } });
});
