import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { DayField, TimeField } from "./date-picker";

it("a browser is asked not to remember a day or a time that was typed", () => {
  const { container } = render(<><TimeField label="Time" value="09:05" onChange={() => {}} /><DayField label="Day" value="2026-11-24" onChange={() => {}} /></>);
  const inputs = [...container.querySelectorAll("input")];
  expect(inputs.map((input) => input.getAttribute("autocomplete"))).toEqual(["off", "off", "off"]);
});
