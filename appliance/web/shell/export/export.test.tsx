import { ClockProvider, LifeClient, LifeProvider, NavigationProvider, type Port } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, expect, it, vi } from "vitest";
import { type Exported, ExportFailed, type ExportOptions } from "../../core/reader/exporting";
import { ExportScreen } from "./export";

const verified = { madeAt: "2026-11-22T10:00:00.000Z", product: "0.1.0", space: "00", portion: { type: "all" as const }, files: 6, tasks: 1204, events: 8000, notShown: 2 };
const projects = [{ id: "11".repeat(16), title: "Lake" }];

/** A core that knows one project and no label. */
function port(): Port {
  let heard: (event: MessageEvent) => void = () => {};
  return {
    addEventListener: (_type, listener) => (heard = listener as typeof heard),
    postMessage: ({ id, call }) => {
      if (call.type !== "subscribe" || call.query.type !== "tasks") return;
      const { type } = call.query.query;
      const view = type === "projects" ? { type, projects } : { type, labels: [] };
      queueMicrotask(() => heard({ data: { id, reply: { type: "view", view: { type: "tasks", view } } } } as MessageEvent));
    },
  };
}

function show(make: (options: ExportOptions) => Promise<Exported>) {
  const navigation = { go: () => {}, openTask: () => {}, hrefOf: (path: string) => path } as never;
  return render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port())}><NavigationProvider value={navigation}><ClockProvider><ExportScreen make={make} /></ClockProvider></NavigationProvider></LifeProvider></I18nProvider>);
}

beforeEach(() => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:export", revokeObjectURL: () => {} }));
});

it("says that the file is in the clear, exports everything in every format, and gives the archive that was read back", async () => {
  const asked: ExportOptions[] = [];
  const { container } = show(async (options) => {
    asked.push(options);
    return { archive: new ArrayBuffer(2048), verified };
  });
  expect(await screen.findByText("The file is in the clear")).toBeTruthy();
  expect((await axe.run(container, { rules: { region: { enabled: false } } })).violations).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  const save = await screen.findByRole("link", { name: "Save the file" });
  expect(save.getAttribute("download")).toMatch(/^lifeos-export-\d{4}-\d\d-\d\d\.zip$/);
  expect(screen.getByText(/1,204 tasks.*8,000 events.*6 files/)).toBeTruthy();
  expect(screen.getByText(/2 events are named without what they said/)).toBeTruthy();
  expect(asked[0]).toMatchObject({ portion: { type: "all" }, formats: { events: true, csv: true, todoTxt: true, calendars: true, markdown: true } });
});

it("exports a project once one is chosen, and nothing without a format", async () => {
  const asked: ExportOptions[] = [];
  show(async (options) => {
    asked.push(options);
    return { archive: new ArrayBuffer(1), verified };
  });
  await userEvent.click(await screen.findByRole("radio", { name: "One project" }));
  const start = () => screen.getByRole("button", { name: "Export" }) as HTMLButtonElement;
  expect(start().disabled).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: /Project/ }));
  await userEvent.click(await screen.findByRole("option", { name: "Lake" }));
  expect(start().disabled).toBe(false);
  for (const name of ["Everything that happened", "Tables", "Calendars", "Markdown"]) await userEvent.click(screen.getByRole("switch", { name: new RegExp(`^${name}`) }));
  await userEvent.click(start());
  await screen.findByRole("link", { name: "Save the file" });
  expect(asked[0]).toMatchObject({ portion: { type: "project", project: "11".repeat(16) }, formats: { events: false, todoTxt: true } });
});

it("says how far it is, can be cancelled, and says what and where when it is not right", async () => {
  let options: ExportOptions | null = null;
  let fail: (error: Error) => void = () => {};
  show((given) => {
    options = given;
    return new Promise((_resolve, reject) => (fail = reject));
  });
  await userEvent.click(await screen.findByRole("button", { name: "Export" }));
  const progress = (phase: Parameters<ExportOptions["onProgress"]>[0]) => act(() => (options as ExportOptions | null)?.onProgress(phase));
  progress({ phase: "collecting", done: 512, of: 2048 });
  expect(screen.getByRole("progressbar", { name: "Collecting: 512 of 2,048 changes" }).getAttribute("aria-valuenow")).toBe("25");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect((options as ExportOptions | null)?.signal.aborted).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  act(() => fail(new ExportFailed({ code: "differs", file: "todo.txt", place: 3 })));
  expect(await screen.findByText("The export was not right when it was read back")).toBeTruthy();
  expect(screen.getByText(/The first place: todo.txt, at 3 \(differs\)/)).toBeTruthy();
});
