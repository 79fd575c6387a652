import type { Call } from "../contract/api";

/** What the page tells its worker. */
export type FromPage =
  | { type: "call"; id: number; call: Call; attachment?: ArrayBuffer }
  | { type: "visible"; visible: boolean };

/**
 * What the worker tells its page. What one event of the core comes to goes in one message to the page
 * whose tab leads, in order, so that it draws once; other tabs hear each word by itself. Answers and
 * pushes are JSON text: parsed once, by the page.
 */
export type ToPage =
  /** A leader is there (another one than before): what is unanswered may be asked again. */
  | { type: "attached" }
  /** A call that changes something has reached the leader. */
  | { type: "taken"; id: number }
  | ({ type: "answer"; id: number } & Answer)
  | { type: "push"; push: string; subscription: number | null }
  | { type: "storage"; storage: Storage }
  /** Nothing more comes: the page ends this worker and starts a new one. */
  | { type: "ended" };

export type Answer = { reply: string } | { problem: string };

/** Whether this browser stores for this page at all. */
export type Storage = "files" | "none";

/** What tabs of this origin tell each other. `tab` and `leader` are the random names of workers. */
export type BetweenTabs =
  | { type: "hello"; tab: string }
  | { type: "leads"; leader: string; storage: Storage }
  | { type: "ping" }
  | { type: "pong"; leader: string }
  /** The leader begins a long piece of work and will not answer pings meanwhile. */
  | { type: "busy"; leader: string; ms: number }
  /** The key that opens the local files, from the leader to the tabs; `null` once it is gone. */
  | { type: "key"; leader: string; key: Uint8Array | null }
  | { type: "call"; leader: string; tab: string; id: number; call: Call; attachment?: ArrayBuffer }
  | { type: "taken"; tab: string; id: number }
  | ({ type: "answer"; tab: string; id: number } & Answer)
  | { type: "push"; leader: string; tab: string | null; push: string; subscription: number | null }
  | { type: "ended" };

const changing = new Set<Call["type"]>([
  "claimBegin", "claimPasskeyMade", "claimPasskeyConfirmed", "claimProveKit", "claimFinish", "claimCancel",
  "joinPasskeyBegin", "joinPasskey", "joinKit", "joinApproval", "joinConfirm", "joinCancel",
  "approveOpen", "approveCode", "approveCancel", "stepUp", "stepUpKit", "do", "undo", "redo", "restoreTo", "undoBatch",
  "importRead", "importApply", "demoFill", "erase", "revoke",
  "addPasskeyBegin", "addPasskeyMade", "addPasskeyConfirmed", "addKitBegin", "addKitProve",
]);

/** Whether doing a call twice would do more than doing it once. */
export function changesSomething(call: Call): boolean {
  if (call.type === "do") return call.intent === null;
  return changing.has(call.type);
}

const long = new Set<Call["type"]>(["importRead", "importApply", "demoFill", "undoBatch", "erase", "unlockPasskey", "unlockHalf", "unlockKit"]);

/** Whether a call may keep the worker from answering pings for seconds. */
export function takesLong(call: Call): boolean {
  return long.has(call.type);
}
