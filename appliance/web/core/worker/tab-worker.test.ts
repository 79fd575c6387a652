import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Bus } from "./bus";
import type { CoreLike, Effect } from "./effects";
import type { Files } from "./leader";
import type { BetweenTabs, ToPage } from "./messages";
import { TabWorker } from "./tab-worker";

beforeEach(() => {
  vi.useFakeTimers();
  const held = new Set<string>();
  const request = (name: string, ...rest: unknown[]) => {
    const work = rest.at(-1) as () => void;
    if (!held.has(name)) {
      held.add(name);
      work();
    }
    return new Promise<never>(() => {});
  };
  vi.stubGlobal("navigator", { locks: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The only tab there is: what its page was told, message by message, and what went to others. */
async function alone(effects: Effect[]) {
  const listeners: ((message: BetweenTabs) => void)[] = [];
  const others: BetweenTabs["type"][] = [];
  const deliver = (message: BetweenTabs) => { for (const listener of listeners) listener(message); };
  const bus = {
    listen: (listener: (message: BetweenTabs) => void) => void listeners.push(listener),
    post: (message: BetweenTabs) => { others.push(message.type); deliver(message); },
    postTo: (_tab: string, _own: string, message: BetweenTabs) => deliver(message),
  } as unknown as Bus;
  const core = { now: () => {}, started: () => [], call: (id: number) => effects.map((effect) => (effect.type === "answer" ? { ...effect, id } : effect)), local_key: () => undefined } as unknown as CoreLike;
  const files = { names: () => [], readVault: async () => undefined } as unknown as Files;
  const told: (readonly ToPage[])[] = [];
  const worker = new TabWorker(bus, (messages) => void told.push(messages), { core: async () => core, files: async () => ({ files, storage: "files" }) });
  worker.start();
  await vi.waitFor(() => expect(told.flat()).toContainEqual({ type: "attached" }));
  told.length = 0;
  others.length = 0;
  return { worker, told, others };
}

test("what one call comes to reaches the page that asked in one message, in order", async () => {
  const { worker, told, others } = await alone([
    { type: "push", kind: "status", push: "status" },
    { type: "answer", id: 0, reply: "reply" },
  ]);
  worker.fromPage({ type: "call", id: 7, call: { type: "status" } });
  expect(told.map((messages) => messages.map((message) => message.type))).toEqual([["push", "answer"]]);
  expect(told[0]?.[1]).toEqual({ type: "answer", id: 7, reply: "reply" });
  // Every tab hears the status; the answer is for one.
  expect(others).toEqual(["push"]);
});
