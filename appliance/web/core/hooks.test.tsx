import { act, render } from "@testing-library/react";
import { expect, test } from "vitest";
import { LifeClient, type Port, startingStatus } from "./client";
import type { Status } from "./contract/api";
import { LifeProvider, useStatus } from "./hooks";

function page() {
  let hear: (event: MessageEvent) => void = () => {};
  const port: Port = { postMessage: () => {}, addEventListener: (_, listener) => { hear = listener; } };
  const client = new LifeClient(port);
  const tell = (status: Partial<Status>) => act(() => hear(new MessageEvent("message", { data: { push: { type: "status", status: structuredClone({ ...startingStatus, ...status }) } } })));
  return { client, tell };
}

function Phase({ drawn }: { drawn: string[] }) {
  const phase = useStatus((status) => status.phase);
  drawn.push(phase.type);
  return null;
}

test("who shows a part of the status is drawn again when that part changes, and not before", async () => {
  const { client, tell } = page();
  const drawn: string[] = [];
  render(<LifeProvider client={client}><Phase drawn={drawn} /></LifeProvider>);
  await tell({ phase: { type: "open" } });
  await tell({ phase: { type: "open" }, sync: "syncing", waiting: 1 });
  await tell({ phase: { type: "open" }, sync: "live" });
  expect(drawn).toEqual(["starting", "open"]);
});

test("a status that says nothing new is told to nobody", async () => {
  const { client, tell } = page();
  let heard = 0;
  client.onStatus(() => { heard += 1; });
  await tell({ waiting: 1 });
  await tell({ waiting: 1 });
  expect(heard).toBe(1);
});
