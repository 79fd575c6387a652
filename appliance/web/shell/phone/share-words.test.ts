import { expect, it } from "vitest";
import { taskOf } from "./share-words";

const given = (part: Partial<{ title: string; text: string; url: string }>) => taskOf({ title: "", text: "", url: "", ...part });

it("makes a title of what the other app calls it, and notes of the rest", () => {
  expect(given({ title: "Lemon cake", text: "200 g flour\n3 eggs", url: "https://example.org/cake" })).toEqual({ title: "Lemon cake", notes: "200 g flour\n3 eggs\n\nhttps://example.org/cake" });
});

it("takes the first line where there is no title, and an address once", () => {
  expect(given({ text: "Call Ivo\nabout the door" })).toEqual({ title: "Call Ivo", notes: "about the door" });
  expect(given({ title: "Cake", text: "see https://example.org", url: "https://example.org" })).toEqual({ title: "Cake", notes: "see https://example.org" });
  expect(given({ url: "https://example.org" })).toEqual({ title: "https://example.org", notes: "" });
});
