import { type Call, ClockProvider, LifeClient, LifeProvider, NavigationProvider, type Port, type Status } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { startingStatus } from "../../core/client";
import { Alarms } from "./alarms";

/** The alarms above a screen with one button; `tell` says how things stand. */
function show() {
  let hear: (event: MessageEvent) => void = () => {};
  const tell = (told: Partial<Status>) => {
    const status: Status = { ...startingStatus, phase: { type: "open" }, sync: "live", ...told };
    act(() => hear(new MessageEvent("message", { data: { push: { type: "status", status } } })));
  };
  const calls: Call[] = [];
  const port: Port = {
    postMessage: ({ call }) => {
      calls.push(call);
      if (call.type === "alarmSeen") tell({ alarms: [] });
    },
    addEventListener: (_, listener) => { hear = listener; },
  };
  const client = new LifeClient(port);
  const went: string[] = [];
  const navigation = { path: "/", record: null, go: (path: string) => void went.push(path), openRecord: () => {} };
  render(
    <I18nProvider i18n={i18n}><LifeProvider client={client}><NavigationProvider value={navigation}>
      <ClockProvider><main id="content"><Alarms /><button type="button">next</button></main></ClockProvider>
    </NavigationProvider></LifeProvider></I18nProvider>,
  );
  return { tell, calls, went };
}

it("an alarm that is pressed away leaves the focus on the screen, from where Tab goes on", async () => {
  const { tell, calls } = show();
  expect(document.activeElement).toBe(document.body);
  tell({ alarms: [{ number: 7, kind: "rollback", device: null, count: 1 }] });
  expect(document.activeElement, "what is told takes the focus from nobody").toBe(document.body);
  const seen = screen.getByRole("button", { name: "I have seen it" });
  seen.focus();
  await userEvent.keyboard("{Enter}");
  expect(calls.at(-1)).toEqual({ type: "alarmSeen", alarm: 7 });
  expect(document.activeElement).toBe(screen.getByRole("main"));
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "next" }));
  expect(screen.getByRole("main").hasAttribute("tabindex")).toBe(false);
});

it("two histories lead to the choice while it is open, and are told as past on a device that follows it", async () => {
  const { tell, went } = show();
  const alarms: Status["alarms"] = [{ number: 1, kind: "logFork", device: null, count: 1 }];
  tell({ alarms, forks: 1, sync: "frozen" });
  expect(screen.getByText("Two histories of your account exist")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Look at it" }));
  tell({ alarms, forks: 0 });
  expect(screen.getByText("Two histories of your account existed")).toBeTruthy();
  expect(screen.getByText(/^One of them was kept/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Look at it" }));
  expect(went).toEqual(["/forks", "/activity"]);
});

it.each([
  { kind: "heat", title: "The box is too hot" },
  { kind: "diskHealth", title: "The box's disk may fail" },
  { kind: "power", title: "The box had too little power" },
] as const)("of its machine the box tells $kind, and what to do stands in the owner's manual", async ({ kind, title }) => {
  const { tell, went } = show();
  tell({ boxAlarms: [{ kind, sinceMs: 1_000 }] });
  expect(await screen.findByText(title)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "What to do" }));
  expect(went).toEqual(["/help/owner/machine"]);
});

it("what is wrong with the box is told once, and anew when it begins anew", async () => {
  const { tell, went } = show();
  const full: Status["boxAlarms"] = [{ kind: "disk", sinceMs: 1_000 }];
  tell({ boxAlarms: full });
  expect(await screen.findByText("The box's disk is nearly full")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "What to do" }));
  expect(went).toEqual(["/help/owner/looking"]);
  screen.getByRole("button", { name: "I have seen it" }).focus();
  await userEvent.keyboard("{Enter}");
  expect(screen.queryByText("The box's disk is nearly full")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("main"));
  tell({ boxAlarms: [...full, { kind: "clock", sinceMs: 2_000 }] });
  expect(await screen.findByText("The box's clock is wrong")).toBeTruthy();
  tell({ boxAlarms: [{ kind: "disk", sinceMs: 3_000 }] });
  expect(await screen.findByText("The box's disk is nearly full")).toBeTruthy();
});
