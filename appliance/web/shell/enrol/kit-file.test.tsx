import { type Call, LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createEvent, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Join } from "./join";
import { Unlock } from "./unlock";

const text = "LIFEOS-KIT-1:K7QM2X4RTD:A3X9Q7MKTD\n";
const kit = () => new File([text], "lifeos-recovery-kit-1.txt", { type: "text/plain" });

function show(page: "unlock" | "join") {
  const calls: Call[] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: { id, reply: { type: "done" } } })));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  const { container } = render(
    <I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}>{page === "unlock" ? <Unlock ways={{ passkey: true, passkeyWithBox: false, kit: true }} isOpening={false} /> : <Join step={null} />}</LifeProvider></I18nProvider>,
  );
  const choose = async (file: File) => {
    const input = await waitFor(() => container.querySelector<HTMLInputElement>("input[type=file]") ?? Promise.reject(new Error("no place for a file")));
    await userEvent.upload(input, file);
  };
  const asked = (type: Call["type"]) => calls.find((call) => call.type === type);
  return { choose, asked };
}

it("the file of a kit unlocks, without a word typed", async () => {
  const { choose, asked } = show("unlock");
  await userEvent.click(screen.getByRole("button", { name: "Use a recovery kit" }));
  await choose(kit());
  await waitFor(() => expect(asked("unlockKit")).toEqual({ type: "unlockKit", code: text.trim() }));
});

it("the file of a kit joins, account line and all", async () => {
  const { choose, asked } = show("join");
  await userEvent.click(screen.getByRole("button", { name: /^Use a recovery kit/ }));
  await choose(kit());
  await waitFor(() => expect(asked("joinKit")).toMatchObject({ code: text.trim(), account: null }));
});

it("a kit dropped anywhere on the page is read", async () => {
  const { asked } = show("unlock");
  await userEvent.click(screen.getByRole("button", { name: "Use a recovery kit" }));
  const drop = createEvent.drop(window);
  Object.defineProperty(drop, "dataTransfer", { value: { types: ["Files"], files: [kit()] } });
  fireEvent(window, drop);
  await waitFor(() => expect(asked("unlockKit")).toBeTruthy());
});

it("another file is refused in words, and nothing is asked of the core", async () => {
  const { choose, asked } = show("unlock");
  await userEvent.click(screen.getByRole("button", { name: "Use a recovery kit" }));
  await choose(new File(["a".repeat(100_000)], "notes.txt", { type: "text/plain" }));
  expect(await screen.findByText(/This file is no recovery kit/)).toBeTruthy();
  expect(asked("unlockKit")).toBeUndefined();
});
