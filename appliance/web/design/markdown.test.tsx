import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { Markdown, safeHref } from "./markdown";

describe("Markdown", () => {
  it("shows raw HTML as the text that it is", () => {
    const { container } = render(<Markdown text={'Hello <img src=x onerror="alert(1)"> and\n\n<script>alert(2)</script>'} />);
    expect(container.querySelector("img, script")).toBeNull();
    expect(container.textContent).toContain("<script>");
  });

  it("fetches no picture, but says what it would show", () => {
    const { container } = render(<Markdown text="![a lemon tree](https://example.org/pixel.png)" />);
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByText("[a lemon tree]")).toBeTruthy();
  });

  it("makes links of addresses only", () => {
    render(<Markdown text="[good](https://example.org) [bad](javascript:alert(1)) [worse](data:text/html,x)" />);
    expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual(["good"]);
    expect(screen.getByRole("link").getAttribute("rel")).toContain("noopener");
    expect(safeHref(" JaVaScRiPt:alert(1)")).toBe(false);
  });

  it("makes a place of the same text a link only where the caller says what it does", async () => {
    const went: string[] = [];
    render(<Markdown text="[there](#there) [elsewhere](javascript:alert(1))" inside={(href) => (href.startsWith("#") ? () => void went.push(href) : null)} />);
    expect(screen.queryByRole("link")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "there" }));
    expect(went).toEqual(["#there"]);
  });

  it("draws lists, emphasis and code", () => {
    const { container } = render(<Markdown text={"1. **one**\n2. `two`\n\n> said"} />);
    expect(container.querySelectorAll("ol > li")).toHaveLength(2);
    expect(container.querySelector("strong")?.textContent).toBe("one");
    expect(container.querySelector("blockquote")?.textContent).toBe("said");
  });
});
