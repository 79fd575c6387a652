import { type Call, LifeClient, LifeProvider, NavigationProvider, type Port, type Status } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { startingStatus } from "../../core/client";
import { Alarms } from "./alarms";

it("an alarm that is pressed away leaves the focus on the screen, from where Tab goes on", async () => {
  let hear: (event: MessageEvent) => void = () => {};
  const tell = (alarms: Status["alarms"]) => {
    const status: Status = { ...startingStatus, phase: { type: "open" }, sync: "live", alarms };
    hear(new MessageEvent("message", { data: { push: { type: "status", status } } }));
  };
  const calls: Call[] = [];
  const port: Port = {
    postMessage: ({ call }) => {
      calls.push(call);
      if (call.type === "alarmSeen") act(() => tell([]));
    },
    addEventListener: (_, listener) => { hear = listener; },
  };
  const client = new LifeClient(port);
  const navigation = { path: "/", record: null, go: () => {}, openRecord: () => {} };
  render(
    <I18nProvider i18n={i18n}><LifeProvider client={client}><NavigationProvider value={navigation}>
      <main id="content"><Alarms /><button type="button">next</button></main>
    </NavigationProvider></LifeProvider></I18nProvider>,
  );
  expect(document.activeElement).toBe(document.body);
  act(() => tell([{ number: 7, kind: "rollback", device: null, count: 1 }]));
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
