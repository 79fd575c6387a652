import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Select } from "./select";

it("a browser is asked not to remember what was chosen", () => {
  const { container } = render(<Select label="Status" value="open" choices={[{ value: "open", label: "Open" }, { value: "done", label: "Done" }]} onChange={() => {}} />);
  const fields = [...container.ownerDocument.querySelectorAll("select, input")];
  expect(fields).not.toEqual([]);
  for (const field of fields) expect(field.getAttribute("autocomplete")).toBe("off");
});
