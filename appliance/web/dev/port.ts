import type { Call, KitSheet, Phase, Port, Query, Reply, Status, View } from "@lifeos/core";
import { startingStatus } from "../core/client";
import { activity, setAside, boxLog, brokenCopy, devices, fork, found, history, labels, listOf, methods, projects, profile, disputes, report, sessions, soundCopy, taskDetail, today } from "./fixtures";

const words = ["harbour", "velvet", "acorn", "lantern", "mosaic", "thistle"];
const rows = Array.from({ length: 29 }, (_, y) => Array.from({ length: 29 }, (_, x) => ((x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0 || (x < 7 && y < 7) ? "1" : "0")).join(""));
const qr = { size: 29, rows };
const sheet: KitSheet = {
  code: ["K7QM2", "X4RTD", "9PFHW", "B3NZC", "6VJYK", "T8GSE", "5WAHR", "M2DQX", "P9CFN", "4KZTV", "H6BJY"],
  account: ["A3X9Q", "7MKTD", "P2FWB", "9CNZH", "6RVJY"],
  accountWords: words,
  payload: "lifeos-kit",
  qr,
  asked: [2, 6, 9],
};
const ask = { options: "{}", prfSalt: "AA" };

function phaseOf(face: string): Phase {
  switch (face) {
    case "claim": case "kit": case "proof": return { type: "unclaimed" };
    case "fresh": return { type: "fresh" };
    case "code": return { type: "joining", step: { type: "showCode", code: "482913", accountWords: words } };
    case "confirm": return { type: "joining", step: { type: "confirmAccount", accountName: "Ada", accountWords: words } };
    case "locked": return { type: "locked", ways: { passkey: true, passkeyWithBox: false, kit: true } };
    case "opening": return { type: "opening" };
    case "revoked": return { type: "revoked" };
    case "unreachable": case "nostore": return { type: "unreachable" };
    default: return { type: "open" };
  }
}

/** Answers calls from invented views, as `face` wants them. */
export function fixturePort(face: string): Port {
  const target = new EventTarget();
  const say = (data: unknown) => queueMicrotask(() => target.dispatchEvent(new MessageEvent("message", { data })));
  const empty = face === "empty";
  const status: Status = {
    ...startingStatus,
    phase: phaseOf(face),
    sync: face === "offline" || face === "starting" || face === "forkoffline" ? "offline" : face.startsWith("fork") ? "frozen" : face === "alarm" ? "halted" : "live",
    waiting: face === "offline" ? 3 : 0,
    boxAlarms: face === "box" ? [{ kind: "disk", sinceMs: Date.now() - 3_600_000 }] : [],
    alarms: face === "alarm" ? [{ number: 1, kind: "rollback", device: null, count: 1 }] : [],
    canUndo: true,
    quarantined: face === "alarm" || face === "aside" ? setAside.length : 0,
    needsNewer: face === "aside" ? 4 : 0,
    forks: face.startsWith("fork") ? 1 : 0,
    toErase: face === "erase" || face === "offline" ? 3 : 0,
    steppedUpUntilMs: face === "verify" ? null : Date.now() + 3_600_000,
  };
  const view = (query: Query): View => {
    if (query.type === "profile") return { type: "profile", view: profile };
    if (query.type === "search") return { type: "search", search: found(query.text) };
    if (query.type === "today") return { type: "today", tasks: today(empty) };
    if (query.type === "batches") return { type: "batches", batches: [] };
    if (query.type === "household") return { type: "household", view: { name: "", members: [], invites: [] } };
    const asked = query.query;
    const of = (): Extract<View, { type: "tasks" }>["view"] => {
      switch (asked.type) {
        case "list": return { type: "list", list: listOf(asked.scope, asked.grouping, empty, face === "many") };
        case "today": return { type: "today", today: today(empty) };
        case "task": return { type: "task", task: taskDetail(asked.task) };
        case "counts": return { type: "counts", counts: empty ? { inbox: 0, today: 0, overdue: 0, upcoming: 0, next: 0, waiting: 0, someday: 0, trash: 0 } : { inbox: 5, today: 8, overdue: 2, upcoming: 9, next: 12, waiting: 3, someday: 21, trash: 2 } };
        case "projects": return { type: "projects", projects: empty ? [] : projects };
        case "project": return { type: "project", project: { project: projects.find((project) => project.id === asked.project) ?? projects[0] ?? never(), notes: "Quotes from **two** carpenters, then decide.\n\n- worktop: oak or linoleum\n- [plan](https://example.org)", sections: [{ id: "5ec0000000000001", title: "Before the builders", open: 3 }, { id: "5ec0000000000002", title: "While they work", open: 2 }, { id: "5ec0000000000003", title: "When they have left", open: 0 }] } };
        case "labels": return { type: "labels", labels: empty ? [] : labels };
        case "trash": return { type: "trash", projects: [], sections: empty ? [] : [{ id: "5ec0000000000009", title: "After the move", open: 0 }], labels: empty ? [] : labels.slice(0, 1) };
      }
    };
    return { type: "tasks", view: of() };
  };
  const answer = (call: Call): Reply => {
    switch (call.type) {
      case "status": return { type: "status", status };
      case "subscribe": case "ask": return { type: "view", view: view(call.query) };
      case "claimBegin": return { type: "kits", sheets: [sheet] };
      case "history": return { type: "history", entries: history };
      case "devices": return { type: "devices", devices };
      case "methods": return { type: "methods", methods };
      case "sessions": return { type: "sessions", sessions };
      case "activity": return { type: "activity", entries: activity };
      case "forks": return { type: "forks", forks: face === "forkspace" ? [{ ...fork, space: "5face0", resolver: { type: "ownDevice" } }] : face.startsWith("fork") ? [fork] : [] };
      case "quarantine": return { type: "quarantine", items: face === "alarm" || face === "aside" ? setAside : [] };
      case "boxLog": return { type: "boxLog", entries: empty ? [] : boxLog, next: empty ? null : { sequence: 812, hash: "" }, broken: face === "broken" ? 815 : null };
      case "examine": return { type: "examined", examined: face === "broken" ? brokenCopy("state") : face === "damaged" ? brokenCopy("damaged") : call.run === null ? { ...soundCopy, done: 4_100, spaces: [], ended: false } : soundCopy };
      case "storage": return { type: "storage", storage: { bytes: 48_300_000, changes: 18_204, records: 6_411 } };
      case "importRead": return { type: "importReport", report, disputes };
      case "joinApproval": return { type: "approval", link: "http://localhost:8420/approve#a=Zx81kQmT0r9cVbW3nH5yJd", qr };
      case "approveOpen": return { type: "approving", elsewhere: null, accountWords: words };
      case "addKitBegin": return { type: "kits", sheets: [sheet] };
      case "stepUpBegin": return { type: "usePasskey", ...ask };
      case "do": case "undo": case "redo": case "demoFill": case "importApply": case "undoBatch": return { type: "committed", intent: "00", records: [], leftAlone: [], batch: null };
      case "erase": return { type: "erased", changes: 7 };
      default: return { type: "done" };
    }
  };
  return {
    postMessage: ({ id, call }) => {
      if (call.type === "status" && face === "nostore") say({ storage: "none" });
      if (face === "loading" && ["subscribe", "activity", "forks", "devices", "methods", "sessions", "quarantine", "storage"].includes(call.type)) return;
      if (face === "loading" && call.type === "subscribe") return;
      if (face === "guest" && call.type === "boxLog") return say({ id, problem: { code: "refused", detail: "forbidden" } });
      if (face === "offline" && call.type === "boxLog") return say({ id, problem: { code: "offline", detail: null } });
      if (face === "loading" && call.type === "boxLog") return;
      if (face === "loading" && call.type === "examine" && call.run !== null) return;
      if (face === "failed" && ["activity", "forks", "devices", "methods", "sessions", "quarantine", "storage", "history", "examine", "boxLog"].includes(call.type)) return say({ id, problem: { code: "storage", detail: "missing" } });
      if (face === "failed" && call.type === "subscribe" && call.query.type === "tasks" && ["list", "today"].includes(call.query.query.type)) return say({ id, problem: { code: "storage", detail: null } });
      const reply = answer(call);
      say({ id, reply: call.type === "claimBegin" ? { type: "makePasskey", ...ask } : reply });
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
  };
}

function never(): never {
  throw new Error("no fixture");
}
