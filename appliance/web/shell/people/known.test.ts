import type { PeopleView } from "@lifeos/core";
import { expect, it } from "vitest";
import { knownPeople, managedSpaces } from "./known";

const words = ["one", "two", "three", "four", "five", "six"];
const ada = { account: "aa", name: "Ada", role: "owner", words, verified: true, this: true } as const;
const ben = { account: "bb", name: "Ben", role: "member", words, verified: true, this: false } as const;
const people: PeopleView = {
  words,
  spaces: [
    { space: "01", name: null, personal: true, role: "owner", people: [ada] },
    { space: "02", name: "Family", personal: false, role: "owner", people: [ada, ben] },
    { space: "03", name: "House", personal: false, role: "member", people: [{ ...ada, role: "member" }, { ...ben, role: "owner" }] },
  ],
  offers: [],
  invites: [
    { invite: "11", role: "member", share: null, expiresMs: 1, standing: { type: "open" }, failures: 0, late: 0 },
    { invite: "12", role: "member", share: null, expiresMs: 1, standing: { type: "accepted", account: "cc", words, proven: true, verified: false }, failures: 0, late: 0 },
  ],
};

it("somebody who shares two spaces stands there once, and who came and is to be compared stands first", () => {
  const known = knownPeople(people);
  expect(known.map(({ account }) => account)).toEqual(["cc", "bb"]);
  expect(known[1]?.places.map(({ space }) => space.name)).toEqual(["Family", "House"]);
  expect(known[0]?.came?.invite).toBe("12");
});

it("the own space is never one that can be shared, nor is one in which somebody only writes", () => {
  expect(managedSpaces(people).map(({ name }) => name)).toEqual(["Family"]);
});
