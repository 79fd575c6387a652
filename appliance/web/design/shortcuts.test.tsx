import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ShortcutProvider, useShortcuts } from "./shortcuts";

function Keys({ run, sequence, chord }: { run: () => void; sequence: () => void; chord: () => void }) {
  useShortcuts([
    { keys: "q", label: "one", group: "g", run },
    { keys: "g t", label: "two", group: "g", run: sequence },
    { keys: "Mod+Shift+z", label: "chord", group: "g", run: chord },
  ]);
  return <input aria-label="text" />;
}

it("one letter, two in a row, and a chord each do their own", async () => {
  const [run, sequence, chord] = [vi.fn(), vi.fn(), vi.fn()];
  render(<ShortcutProvider singleLetters><Keys run={run} sequence={sequence} chord={chord} /></ShortcutProvider>);
  await userEvent.keyboard("q");
  await userEvent.keyboard("gt");
  await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  expect([run.mock.calls.length, sequence.mock.calls.length, chord.mock.calls.length]).toEqual([1, 1, 1]);
});

it("letters do nothing while one types", async () => {
  const run = vi.fn();
  render(<ShortcutProvider singleLetters><Keys run={run} sequence={() => {}} chord={() => {}} /></ShortcutProvider>);
  await userEvent.type(screen.getByRole("textbox", { name: "text" }), "quick");
  expect(run).not.toHaveBeenCalled();
});

it("letters can be turned off, chords stay", async () => {
  const [run, chord] = [vi.fn(), vi.fn()];
  render(<ShortcutProvider singleLetters={false}><Keys run={run} sequence={() => {}} chord={chord} /></ShortcutProvider>);
  await userEvent.keyboard("q");
  await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  expect(run).not.toHaveBeenCalled();
  expect(chord).toHaveBeenCalledOnce();
});
