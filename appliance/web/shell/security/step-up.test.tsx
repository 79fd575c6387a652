import { type Call, LifeClient, LifeProvider, type Port, type Problem } from "@lifeos/core";
import { Button } from "@lifeos/design";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { StepUpProvider, useStepUp } from "./step-up";

function Asks({ onAnswer }: { onAnswer: (verified: boolean) => void }) {
  const stepUp = useStepUp();
  return <Button onPress={() => void stepUp().then(onAnswer)}>Begin</Button>;
}

async function show(problem: Problem | null = null) {
  const calls: Call[] = [];
  const answers: boolean[] = [];
  const target = new EventTarget();
  const port: Port = {
    postMessage: ({ id, call }) => {
      calls.push(call);
      if (call.type !== "stepUpKit") return;
      queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data: problem ? { id, problem } : { id, reply: { type: "done" } } })));
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
  render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><StepUpProvider><Asks onAnswer={(verified) => answers.push(verified)} /></StepUpProvider></LifeProvider></I18nProvider>);
  await userEvent.click(screen.getByRole("button", { name: "Begin" }));
  await userEvent.click(await screen.findByRole("button", { name: "No passkey at hand? Use a recovery kit" }));
  return { calls, answers };
}

it("who has no passkey is verified by the kit's code", async () => {
  const { calls, answers } = await show();
  await userEvent.type(screen.getByRole("textbox", { name: "Code of the kit" }), "K7QM2 X4RTD");
  await userEvent.click(screen.getByRole("button", { name: "Use the kit" }));
  await waitFor(() => expect(answers).toEqual([true]));
  expect(calls.find((call) => call.type === "stepUpKit")).toEqual({ type: "stepUpKit", code: "K7QM2 X4RTD" });
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("a kit that opens nothing here is said, and giving up verifies nobody", async () => {
  const { answers } = await show({ code: "kitUnknown", detail: null });
  await userEvent.type(screen.getByRole("textbox", { name: "Code of the kit" }), "K7QM2");
  await userEvent.click(screen.getByRole("button", { name: "Use the kit" }));
  expect((await screen.findByRole("alert")).textContent).toContain("This kit opens nothing here.");
  expect(answers).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(answers).toEqual([false]));
});
