import { describe, expect, it, vi } from "vitest";
import { CallFailed, type Incoming, LifeClient, type Outgoing, type Port } from "./client";

function harness() {
  const sent: Outgoing[] = [];
  let hear: (event: MessageEvent<Incoming>) => void = () => {};
  const port: Port = { postMessage: (message) => void sent.push(message), addEventListener: (_, listener) => { hear = listener; } };
  const client = new LifeClient(port);
  const say = (data: Incoming) => hear(new MessageEvent("message", { data }));
  const last = (type: string) => sent.findLast((message) => message.call.type === type);
  return { client, say, sent, last };
}
const query = { type: "tasks", query: { type: "counts" } } as const;
const counts = (inbox: number) => ({ type: "tasks", view: { type: "counts", counts: { inbox, today: 0, overdue: 0, upcoming: 0, next: 0, waiting: 0, someday: 0, trash: 0 } } }) as const;

describe("LifeClient", () => {
  it("gives each call its own answer, in whatever order they come", async () => {
    const { client, say, last } = harness();
    const devices = client.expect("devices", { type: "devices" });
    const methods = client.expect("methods", { type: "methods" });
    say({ id: last("methods")?.id ?? -1, reply: { type: "methods", methods: [] } });
    say({ id: last("devices")?.id ?? -1, reply: { type: "devices", devices: [] } });
    expect((await methods).type).toBe("methods");
    expect((await devices).type).toBe("devices");
  });

  it("rejects with the problem's code", async () => {
    const { client, say, last } = harness();
    const undone = client.call({ type: "undo" });
    say({ id: last("undo")?.id ?? -1, problem: { code: "nothingToUndo", detail: null } });
    await expect(undone).rejects.toBeInstanceOf(CallFailed);
    await expect(undone).rejects.toMatchObject({ problem: { code: "nothingToUndo" } });
  });

  it("asks the same question once, and tells every listener", () => {
    const { client, say, sent, last } = harness();
    const [first, second] = [vi.fn(), vi.fn()];
    client.watch(query, first);
    client.watch({ type: "tasks", query: { type: "counts" } }, second);
    expect(sent.filter((message) => message.call.type === "subscribe")).toHaveLength(1);
    const call = last("subscribe")?.call;
    say({ push: { type: "view", subscription: call?.type === "subscribe" ? call.subscription : -1, origin: "remote", view: counts(7) } });
    expect(first).toHaveBeenCalledOnce();
    expect(second).toHaveBeenCalledOnce();
    expect(client.answer(query)).toMatchObject({ origin: "remote", view: counts(7) });
  });

  it("forgets every view when the keys are gone", () => {
    const { client, say, last } = harness();
    client.watch(query, () => {});
    const call = last("subscribe")?.call;
    say({ push: { type: "view", subscription: call?.type === "subscribe" ? call.subscription : -1, origin: "local", view: counts(1) } });
    expect(client.answer(query)).not.toBeNull();
    say({ push: { type: "locked" } });
    expect(client.answer(query)).toBeNull();
  });
});
