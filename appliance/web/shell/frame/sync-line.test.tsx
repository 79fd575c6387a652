import { LifeClient, LifeProvider, NavigationProvider, type Port, type Status } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { SyncLine } from "./sync-line";

const live: Status = { phase: { type: "open" }, sync: "live", waiting: 0, quarantined: 0, needsNewer: 0, canUndo: false, canRedo: false, alarms: [], boxAlarms: [], rekeying: false, steppedUpUntilMs: null, device: "d1", idleLockMinutes: 0, toErase: 0, forks: 0 };

function show(status: Status) {
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id }) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, reply: { type: "status", status } } }))),
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  const navigation = { path: "/", record: null, go: () => {}, openRecord: () => {} };
  render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><NavigationProvider value={navigation}><SyncLine /></NavigationProvider></LifeProvider></I18nProvider>);
}

it("is in step with a box that holds the same", async () => {
  show(live);
  expect(await screen.findByText("In step")).toBeTruthy();
});

it.each([
  { alarm: "seen", alarms: [] },
  { alarm: "not seen yet", alarms: [{ number: 1, kind: "logFork" as const, device: null, count: 1 }] },
])("says of two histories that nothing is sent, and leads to both, with the alarm $alarm", async ({ alarms }) => {
  show({ ...live, sync: "frozen", forks: 1, waiting: 2, alarms });
  // What hangs from the line is fetched when there is time, which may take a while.
  await userEvent.click(await screen.findByRole("button", { name: /Two histories/, expanded: false }, { timeout: 20_000 }));
  expect(await screen.findByText(/Until you keep one of them nothing is sent/)).toBeTruthy();
  expect(screen.getByText("2 changes wait on this device.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Look at both" })).toBeTruthy();
  expect(screen.queryByText("In step")).toBeNull();
});

it("says of a space that is closed that nothing of it is sent, long after the alarm was seen", async () => {
  show({ ...live, sync: "frozen", waiting: 1 });
  await userEvent.click(await screen.findByRole("button", { name: /A space is closed/, expanded: false }, { timeout: 20_000 }));
  expect(await screen.findByText(/Nothing more of that space is sent/)).toBeTruthy();
  expect(screen.getByText("1 change waits on this device.")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Look at both" })).toBeNull();
});
