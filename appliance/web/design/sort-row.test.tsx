import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { SortRow } from "./sort-row";

/** A list that puts itself in order, as a core would. */
function List({ tell }: { tell: (act: string) => void }) {
  const [order, setOrder] = useState(["a", "b", "c"]);
  return (
    <ul>
      {order.map((id, at) => (
        <SortRow
          key={id}
          kind="letter"
          id={id}
          above={order[at - 1]}
          below={order[at + 1]}
          onSort={(moved, beside, edge) => {
            tell(`${moved} ${edge} ${beside}`);
            const rest = order.filter((other) => other !== moved);
            rest.splice(rest.indexOf(beside) + (edge === "bottom" ? 1 : 0), 0, moved);
            setOrder(rest);
          }}
        >
          <a href={`/${id}`}>{id}</a>
        </SortRow>
      ))}
    </ul>
  );
}

function show() {
  const acts: string[] = [];
  render(<List tell={(act) => acts.push(act)} />);
  return { acts, order: () => screen.getAllByRole("link").map((link) => link.textContent).join("") };
}

it("Alt and the arrows move the row that has the focus, and the focus goes with it", async () => {
  const { acts, order } = show();
  screen.getByRole("link", { name: "a" }).focus();
  await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
  expect(order()).toBe("bac");
  expect(document.activeElement?.textContent).toBe("a");
  await userEvent.keyboard("{Alt>}{ArrowDown}{ArrowUp}{/Alt}");
  expect(acts).toEqual(["a bottom b", "a bottom c", "a top c"]);
  expect(document.activeElement?.textContent).toBe("a");
});

it("at either end nothing moves", async () => {
  const { acts } = show();
  screen.getByRole("link", { name: "a" }).focus();
  await userEvent.keyboard("{Alt>}{ArrowUp}{/Alt}{ArrowDown}");
  expect(acts).toEqual([]);
});
