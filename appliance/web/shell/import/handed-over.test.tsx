import { fireEvent, render } from "@testing-library/react";
import { expect, it } from "vitest";
import { handOver, takeFiles, useDroppedFiles } from "./handed-over";

function Window() {
  useDroppedFiles();
  return null;
}

const dropped = (name: string) => ({ dataTransfer: { types: ["Files"], files: [new File(["{}"], name)] } });

it("a file that comes before the code that reads it waits for it, chosen or dropped", () => {
  const { unmount } = render(<Window />);
  const taken: string[] = [];
  const take = () => takeFiles((file) => void taken.push(file.name));
  handOver(new File(["{}"], "chosen.json"));
  const leave = take();
  handOver(new File(["{}"], "chosen-later.json"));
  leave();
  expect(fireEvent.drop(window, dropped("dropped.json")), "the browser does not open it").toBe(false);
  take()();
  expect(taken).toEqual(["chosen.json", "chosen-later.json", "dropped.json"]);

  // Who locks meanwhile is not asked about it afterwards.
  handOver(new File(["{}"], "before-the-lock.json"));
  unmount();
  take()();
  expect(taken).toHaveLength(3);
});

it("what is dragged and is no file is left alone", () => {
  render(<Window />);
  expect(fireEvent.drop(window, { dataTransfer: { types: ["text/plain"], files: [] } })).toBe(true);
});
