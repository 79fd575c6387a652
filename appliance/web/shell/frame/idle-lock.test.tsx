import { type Call, LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { act, fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startingStatus } from "../../core/client";
import { useIdleLock } from "./idle-lock";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function Held() {
  useIdleLock();
  return null;
}

function show(idleLockMinutes: number) {
  const calls: Call["type"][] = [];
  let hear: (event: MessageEvent) => void = () => {};
  const port: Port = { postMessage: ({ call }) => void calls.push(call.type), addEventListener: (_, listener) => { hear = listener; } };
  const client = new LifeClient(port);
  hear(new MessageEvent("message", { data: { push: { type: "status", status: { ...startingStatus, idleLockMinutes } } } }));
  render(<LifeProvider client={client}><Held /></LifeProvider>);
  const pass = (minutes: number) => act(() => vi.advanceTimersByTime(minutes * 60_000));
  return { pass, locked: () => calls.includes("lock") };
}

it("locks once nobody has touched anything for as long as is set", () => {
  const { pass, locked } = show(15);
  pass(14);
  expect(locked()).toBe(false);
  pass(2);
  expect(locked()).toBe(true);
});

it("a touch begins the time anew", () => {
  const { pass, locked } = show(5);
  pass(4);
  fireEvent.keyDown(window, { key: "a" });
  pass(4);
  expect(locked()).toBe(false);
  pass(2);
  expect(locked()).toBe(true);
});

it("never means never", () => {
  const { pass, locked } = show(0);
  pass(60 * 24);
  expect(locked()).toBe(false);
});
