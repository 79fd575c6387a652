import { type BoxLogEntry, type Call, ClockProvider, LifeClient, LifeProvider, NavigationProvider, type Port, type Problem, type Reply, SpacesProvider } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect, it } from "vitest";
import { startingStatus } from "../../core/client";
import { BoxLogScreen } from "./box-log";

type Page = Extract<Reply, { type: "boxLog" }>;
const laptop = { id: "d1d1d1d1d1", words: [], name: "Laptop", class: "full", sinceMs: 0, this: true, revoked: false };
const entry = (sequence: number, event: BoxLogEntry["event"], more: Partial<BoxLogEntry> = {}): BoxLogEntry => ({ sequence, event, atMs: 1_795_000_000_000, account: null, signer: null, origin: null, detail: 0, ...more });
const page = (entries: BoxLogEntry[], more: Partial<Page> = {}): Page => ({ type: "boxLog", entries, next: null, broken: null, ...more });

/** A core that gives page after page; where there is none, it does not answer. */
function show(pages: (Page | Problem)[]) {
  const calls: Call[] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      const say = (data: { reply: Reply } | { problem: Problem }) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, ...data } })));
      if (call.type === "status") say({ reply: { type: "status", status: { ...startingStatus, phase: { type: "open" }, sync: "live" } } });
      else if (call.type === "devices") say({ reply: { type: "devices", devices: [laptop] } });
      else if (call.type === "people") say({ reply: { type: "people", people: { spaces: [] } as never } });
      else if (call.type === "boxLog") {
        const next = pages.shift();
        if (next) say("code" in next ? { problem: next } : { reply: next });
      }
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  const navigation = { path: "/box-log", record: null, go: () => {}, openRecord: () => {} };
  const shown = render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><NavigationProvider value={navigation}><SpacesProvider><ClockProvider><BoxLogScreen /></ClockProvider></SpacesProvider></NavigationProvider></LifeProvider></I18nProvider>);
  return { calls, ...shown };
}

it("says in one line each what happened, newest first, by which device and from which network, and loads more", async () => {
  const next = { sequence: 8, hash: "aa" };
  const first = page([entry(10, "sign_in_refused", { detail: 1200, origin: "0a1b2c3d4e5f6071", account: "acc0acc0acc0" }), entry(9, "alarm_began", { detail: 4 }), entry(8, "signed_in", { signer: laptop.id })], { next });
  const { calls, container } = show([first, page([entry(7, "started")])]);
  expect(await screen.findByText("Somebody was refused at the door, and 1,200 times more")).toBeTruthy();
  expect(screen.getByText(/· acc0acc0 · network 0a1b2c3d/)).toBeTruthy();
  expect(screen.getByText("An alarm began: its disk was nearly full")).toBeTruthy();
  expect(await screen.findByText(/· Laptop$/)).toBeTruthy();
  const faults = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  expect(faults.violations.map((violation) => violation.id)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Load more" }));
  await waitFor(() => expect(screen.getAllByRole("listitem").map((line) => line.querySelector("p")?.textContent)).toEqual(["Somebody was refused at the door, and 1,200 times more", "An alarm began: its disk was nearly full", "A session began", "The box began to serve"]));
  expect(calls.filter((call) => call.type === "boxLog")).toEqual([{ type: "boxLog", after: null }, { type: "boxLog", after: next }]);
  expect(screen.queryByRole("button", { name: "Load more" })).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says on top where the chain is broken, also when a later page shows it", async () => {
  show([page([entry(5, "started")], { next: { sequence: 5, hash: "aa" } }), page([entry(4, "stopped")], { broken: 5 })]);
  await userEvent.click(await screen.findByRole("button", { name: "Load more" }));
  const alarm = await screen.findByRole("alert");
  expect(alarm.textContent).toContain("This log was changed");
  expect(alarm.textContent).toContain("At entry 5 it is not");
  expect(alarm.compareDocumentPosition(screen.getByRole("list")) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

it("shows that it loads, and what will stand there while there is nothing", async () => {
  const { unmount } = show([]);
  expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  unmount();
  show([page([])]);
  expect(await screen.findByText("Nothing has happened yet")).toBeTruthy();
});

it("says that only owners read it, that the box is away, and that it can be tried again", async () => {
  const { unmount } = show([{ code: "refused", detail: "forbidden" }]);
  expect(await screen.findByText("Only who owns the household reads this")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  unmount();
  show([{ code: "offline", detail: null }, { code: "refused", detail: "500" }, page([entry(1, "claimed")])]);
  expect(await screen.findByText("The box cannot be reached")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect((await screen.findByRole("alert")).textContent).toContain("The log could not be read");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("The box was claimed")).toBeTruthy();
});
