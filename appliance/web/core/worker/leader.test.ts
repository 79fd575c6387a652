import { expect, test } from "vitest";
import type { CoreLike, Effect } from "./effects";
import { type Files, Leader, type Tabs } from "./leader";

/** A leader whose core answers the next input with these effects, and everything that it does, in order. */
function leading(effects: Effect[]) {
  const did: string[] = [];
  const core = { now: () => {}, call: () => effects, written: () => [], local_key: () => undefined } as unknown as CoreLike;
  const files = { write: async () => { did.push("written"); return ""; } } as unknown as Files;
  const tabs: Tabs = {
    together: (work) => { did.push("["); work(); did.push("]"); },
    answer: () => void did.push("answer"),
    push: (_tab, push) => void did.push(push),
    key: () => {},
    ended: () => void did.push("ended"),
    superseded: () => {},
  };
  return { leader: new Leader(core, files, "files", tabs), did };
}

test("pages are told in one message, before files and box are asked", () => {
  const { leader, did } = leading([
    { type: "write", token: 1, writes: [] },
    { type: "push", kind: "status", push: "status" },
    { type: "wakeAfter", ms: 60_000 },
    { type: "answer", id: 1, reply: "{}" },
  ]);
  leader.call("tab", 7, { type: "status" });
  expect(did).toEqual(["[", "status", "answer", "]", "written"]);
  leader.end();
});
