import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Picker } from "./picker";

it("escape takes nothing out of what was chosen", async () => {
  const onChange = vi.fn();
  const options = [{ id: "a", label: "cellar" }, { id: "b", label: "garden" }];
  render(<Picker label="Labels" placeholder="Find…" options={options} chosen={["a", "b"]} multiple emptyLabel="None." onChange={onChange} />);
  const user = userEvent.setup();
  await user.type(screen.getByRole("searchbox", { name: "Labels" }), "cel");
  await user.keyboard("{ArrowDown}{Escape}{Escape}{Escape}");
  expect(onChange).not.toHaveBeenCalled();
});
