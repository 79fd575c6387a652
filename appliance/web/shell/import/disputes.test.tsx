import { ClockProvider, type ImportDispute, LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { TasksProvider } from "@lifeos/tasks";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Disputes, theirsOf } from "./disputes";

const disputes: ImportDispute[] = [
  { conflict: { record: "a1", field: "title" }, title: "Mine", values: { type: "task", before: { title: "Mine" }, after: { title: "Theirs" } }, hereNames: null, fileNames: null },
  { conflict: { record: "a1", field: "due" }, title: "Mine", values: { type: "task", before: { due: { day: "2026-11-24" } }, after: { due: null } }, hereNames: null, fileNames: null },
  { conflict: { record: "b2", field: "project" }, title: "Other", values: { type: "task", before: { project: "p1" }, after: { project: "p2" } }, hereNames: "Garden", fileNames: "Move house" },
];
const port: Port = { postMessage: () => {}, addEventListener: () => {} };

function Held({ tell }: { tell: (forFile: ReadonlySet<string>) => void }) {
  const [forFile, setForFile] = useState<ReadonlySet<string>>(new Set());
  tell(forFile);
  return <Disputes disputes={disputes} forFile={forFile} onChange={setForFile} />;
}

function show() {
  let chosen: ReadonlySet<string> = new Set();
  const tell = (forFile: ReadonlySet<string>) => {
    chosen = forFile;
  };
  render(
    <I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><ClockProvider><TasksProvider><Held tell={tell} /></TasksProvider></ClockProvider></LifeProvider></I18nProvider>,
  );
  return { theirs: () => theirsOf(disputes, chosen).map(({ record, field }) => `${record} ${field}`) };
}

it("what is mine stays until the file's value is chosen, field by field", async () => {
  const { theirs } = show();
  expect(theirs()).toEqual([]);
  const due = screen.getByRole("radiogroup", { name: /Due/ });
  expect(within(due).getByRole<HTMLInputElement>("radio", { name: /Mine/ }).checked).toBe(true);
  await userEvent.click(within(due).getByRole("radio", { name: /The file's.*nothing/ }));
  expect(theirs()).toEqual(["a1 due"]);
  await userEvent.click(within(due).getByRole("radio", { name: /Mine/ }));
  expect(theirs()).toEqual([]);
});

it("all at once is one press, either way", async () => {
  const { theirs } = show();
  await userEvent.click(screen.getByRole("button", { name: "Take all of the file's" }));
  expect(theirs()).toEqual(["a1 title", "a1 due", "b2 project"]);
  await userEvent.click(screen.getByRole("button", { name: "Keep all of mine" }));
  expect(theirs()).toEqual([]);
});

it("a value that names another record is shown by that record's name", () => {
  show();
  const project = screen.getByRole("radiogroup", { name: /Project/ });
  expect(within(project).getByRole("radio", { name: /Garden/ })).toBeTruthy();
  expect(within(project).getByRole("radio", { name: /Move house/ })).toBeTruthy();
});
