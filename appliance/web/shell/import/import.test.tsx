import { CallFailed, ClockProvider, type FileReading, LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { TasksProvider } from "@lifeos/tasks";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { handOver } from "./handed-over";
import { DropToImport } from "./import";

function show(readFile: FileReading) {
  const asked: string[] = [];
  const port: Port = { postMessage: ({ call }) => void asked.push(call.type), addEventListener: () => {} };
  render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port, readFile)}><ClockProvider><TasksProvider><DropToImport /></TasksProvider></ClockProvider></LifeProvider></I18nProvider>);
  act(() => handOver(new File(["x"], "export.zip")));
  return asked;
}

it("a reader that dies is told of in words, and nothing of the file reaches what holds the keys", async () => {
  const asked = show(() => Promise.reject(new CallFailed({ code: "import", detail: "readerDied" })));
  expect(await screen.findByRole("dialog", { name: "Not imported" })).toBeTruthy();
  expect(screen.getByText(/took more memory than this browser gives/)).toBeTruthy();
  expect(asked).toContain("importCancel");
  expect(asked).not.toContain("importRead");
});

it("a file that is being read says how far it is, and can be left", async () => {
  let left = false;
  const asked = show(
    (_file, { signal, onProgress }) =>
      new Promise((_resolve, reject) => {
        onProgress({ phase: "fetching", done: 3, of: 4 });
        signal.addEventListener("abort", () => {
          left = true;
          reject(new CallFailed({ code: "import", detail: "cancelled" }));
        });
      }),
  );
  const bar = await screen.findByRole("progressbar", { name: "Reading" });
  expect(bar.getAttribute("aria-valuenow")).toBe("75");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(left).toBe(true);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(asked).not.toContain("importRead");
});
