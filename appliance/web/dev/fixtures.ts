import type { ActivityEntry, BoxLogEntry, BreakKind, Examined, ImportDispute, QuarantineView, DeviceView, ForkMember, ForkView, Grouping, GroupView, HistoryEntry, ImportReport, LabelView, ListView, MethodView, ProfileView, ProjectView, Scope, SearchView, SessionView, TaskDetailView, TaskRow, TodayView } from "@lifeos/core";
import { addDays, dayAt, deviceZone } from "../core/when";

const now = Date.now();
export const day = dayAt(now, deviceZone(), "04:00");
const on = (days: number, minute?: string) => (minute ? { floating: { day: addDays(day, days), minute } } : { day: addDays(day, days) });

export const profile: ProfileView = { displayName: "Ada", zone: null, startOfDay: "04:00", dateFormat: "language", timeFormat: "hours24", numberFormat: "language", firstWeekday: "monday", language: "", idleLockMinutes: 15, theme: (localStorage.getItem("lifeos.theme") as "light" | null) ?? "system", density: "comfortable" };

const project = (n: number, title: string, area: string, colour: string, done: number, total: number, more: Partial<ProjectView> = {}): ProjectView => ({ id: `b0000000000000000${n}`, title, goal: "", status: "active", area, colour, reviewDays: 14, reviewed: null, reviewDue: false, needsNextAction: false, tasks: { done, total }, trashedAtMs: null, ...more });
export const projects: ProjectView[] = [
  project(1, "Kitchen renovation", "Home", "clay", 7, 23, { goal: "Cook for eight without moving a chair." }),
  project(2, "Tax return 2025", "Money", "sky", 3, 9, { needsNextAction: true }),
  project(3, "Half marathon in May", "Health", "moss", 12, 40, { reviewDue: true }),
  project(4, "Grandmother's ninetieth", "People", "plum", 1, 11),
  project(5, "Learn Portuguese", "Learning", "iris", 30, 92),
  project(6, "Sell the old car", "Money", "slate", 6, 6, { status: "completed" }),
];
const label = (n: number, title: string, colour: string, open: number): LabelView => ({ id: `1abe00000000000${n}`, title, colour, open, trashedAtMs: null });
export const labels: LabelView[] = [label(1, "errand", "ochre", 6), label(2, "call", "sea", 4), label(3, "deep work", "iris", 9), label(4, "with Tom", "plum", 3)];

let next = 0;
const row = (title: string, more: Partial<TaskRow> = {}): TaskRow => {
  next += 1;
  return { id: `7a5c${String(next).padStart(20, "0")}`, title, hasNotes: false, status: "pending", list: "next", defer: null, scheduled: null, due: null, deadline: null, dueState: "none", priority: "none", urgent: false, important: false, estimateMinutes: null, spentMinutes: 0, project: null, section: null, parent: null, lostParent: false, labels: [], assignee: null, subtasks: { done: 0, total: 0 }, checklist: { done: 0, total: 0 }, closedAtMs: null, trashedAtMs: null, ...more };
};
const p = (n: number) => projects[n - 1]?.id ?? null;
const l = (n: number) => [labels[n - 1]?.id ?? ""];

const overdue = [
  row("Send the signed lease back to the landlord", { due: on(-2), dueState: "overdue", priority: "high", labels: l(1), hasNotes: true }),
  row("Receipts of the third quarter into the folder", { deadline: on(-1), dueState: "overdue", project: p(2), estimateMinutes: 30 }),
];
const inProgress = [row("Draft the speech for Saturday, the part about the orchard", { status: "inProgress", project: p(4), checklist: { done: 2, total: 5 }, priority: "medium" })];
const scheduled = [
  row("Measure the niche for the refrigerator", { scheduled: { start: on(0, "09:30"), minutes: 30 }, project: p(1), estimateMinutes: 30 }),
  row("Call the insurance about the water damage", { scheduled: { start: on(0, "11:00"), minutes: 15 }, labels: l(2), priority: "low", estimateMinutes: 15, hasNotes: true }),
  row("Intervals, 6 × 800 m", { scheduled: { start: on(0, "18:15"), minutes: 60 }, project: p(3), estimateMinutes: 60 }),
];
const due = [
  row("Reply to Marta about the flat", { due: on(0), dueState: "today" }),
  row("Water the lemon tree", { due: on(0), dueState: "today", labels: [...l(1), ...l(4)] }),
];
export const today = (empty: boolean): TodayView => (empty ? { day, inProgress: [], overdue: [], due: [], scheduled: [], deferred: [], completed: 0, estimateMinutes: 0 } : { day, inProgress, overdue, due, scheduled, deferred: [row("Ask whether the chair has arrived", { defer: on(0) })], completed: 3, estimateMinutes: 195 });

const inbox = ["Look up the opening hours of the recycling yard", "Idea: a shelf above the door", "Book about fermentation that Ivo mentioned", "New brake pads for the bicycle", "Is the passport still valid in March?"].map((title) => row(title, { list: "inbox" }));
const some = [
  row("Get a second quote for the worktop", { project: p(1), section: "5ec0000000000001", labels: l(2), priority: "medium", estimateMinutes: 20 }),
  row("Choose the colour of the fronts", { project: p(1), section: "5ec0000000000001", subtasks: { done: 1, total: 3 }, due: on(3), dueState: "later" }),
  row("Empty the upper cupboards", { project: p(1), section: "5ec0000000000001", deadline: on(12), dueState: "later" }),
  row("Order the sockets and the long cable; the electrician wants three metres more than the plan says", { project: p(1), section: "5ec0000000000002", hasNotes: true }),
  row("Agree on who is at home on Tuesday", { project: p(1), section: "5ec0000000000002", labels: l(4) }),
];
const upcoming: [number, TaskRow[]][] = [
  [1, [row("Brunch with the neighbours", { scheduled: { start: on(1, "10:30"), minutes: 120 } }), row("Prepare the papers for the notary", { due: on(1), dueState: "later", project: p(2), priority: "high" })]],
  [3, [row("Dentist", { scheduled: { start: on(3, "08:10"), minutes: 40 } }), row("Choose the colour of the fronts", { due: on(3), dueState: "later", project: p(1) })]],
  [5, [row("Pick up the parcel", { due: on(5), dueState: "later", labels: l(1) })]],
  [12, [row("Empty the upper cupboards", { deadline: on(12), dueState: "later", project: p(1) })]],
  [41, [row("Renew the household insurance", { deadline: on(41), dueState: "later" })]],
];
const closed = (title: string, hours: number, more: Partial<TaskRow> = {}) => row(title, { status: "completed", closedAtMs: now - hours * 3_600_000, ...more });
const logbook: [number, TaskRow[]][] = [[0, [closed("Pay the chimney sweep", 2), closed("Write to the school", 4), closed("Long run, 14 km", 6, { project: p(3) })]], [-1, [closed("Fix the tap in the bathroom", 25, { project: p(1) }), closed("Buy a train ticket to Graz", 30, { status: "cancelled" })]]];
const many = Array.from({ length: 200 }, (_, n) => row(`Task number ${n + 1} of a very long list`, { due: on(n % 40), dueState: "later", priority: (["none", "low", "medium", "high"] as const)[n % 4] ?? "none" }));

export function listOf(scope: Scope, grouping: Grouping, empty: boolean, isLong: boolean): ListView {
  if (empty) return { rows: [], start: 0, total: 0, groups: [], next: null };
  const grouped = (parts: [number, TaskRow[]][]): ListView => {
    let start = 0;
    const groups: GroupView[] = parts.map(([days, rows]) => {
      const group = { record: null, title: null, day: addDays(day, days), priority: null, list: null, total: rows.length, start };
      start += rows.length;
      return group;
    });
    return { rows: parts.flatMap(([, rows]) => rows), start: 0, total: start, groups, next: null };
  };
  if (scope.type === "upcoming") return grouped(upcoming);
  if (scope.type === "logbook") return grouped(logbook);
  const rows = isLong ? many : scope.type === "inbox" ? inbox : scope.type === "trash" ? inbox.slice(0, 2).map((r) => ({ ...r, trashedAtMs: now })) : some;
  const groups: GroupView[] = grouping === "section" ? [{ record: "5ec0000000000001", title: "Before the builders", day: null, priority: null, list: null, total: 3, start: 0 }, { record: "5ec0000000000002", title: "While they work", day: null, priority: null, list: null, total: 2, start: 3 }] : [];
  return { rows, start: 0, total: isLong ? 100_000 : rows.length, groups, next: null };
}

export function taskDetail(id: string): TaskDetailView | null {
  const all = [...overdue, ...inProgress, ...scheduled, ...due, ...inbox, ...some, ...upcoming.flatMap(([, rows]) => rows)];
  const known = all.find((task) => task.id === id) ?? some[1];
  return known ? {
    row: known, notes: "The **matt green** from the sample card, or plain birch.\n\n1. take both samples home\n2. look at them in the evening light\n\n> Ivo says birch yellows.\n\nSee <https://example.org> and `RAL 6021`.",
    statusChange: { status: known.status, atMs: now, source: "ui" },
    checklist: [{ id: "c1", text: "Fetch the sample card", done: true }, { id: "c2", text: "Ask Ivo about the lacquer", done: false }, { id: "c3", text: "Photograph both in the evening", done: false }],
    subtasks: [row("Order two sample fronts", { status: "completed", closedAtMs: now }), row("Compare the prices of both makers")],
    spent: [{ day: addDays(day, -1), minutes: 25 }], projectTitle: "Kitchen renovation", sectionTitle: "Before the builders", parentTitle: null, createdAtMs: now - 864_000_000, expiresAtMs: null,
  } : null;
}

export const found = (text: string): SearchView => {
  const hits = [...overdue, ...scheduled, ...inbox, ...some].filter((task) => task.title.toLowerCase().includes(text.toLowerCase())).map((task) => ({ record: task.id, score: 1, found: { domain: "tasks" as const, found: { type: "task" as const, task } } }));
  return { hits, total: hits.length };
};
export const history: HistoryEntry[] = [
  { stamp: "03", atMs: now - 3_600_000, writtenMs: now, device: "d1", source: "ui", unknown: false, changes: [{ domain: "tasks", change: { type: "task", before: { due: on(1) }, after: { due: on(3) } } }] },
  { stamp: "02", atMs: now - 86_400_000, writtenMs: now, device: "d1", source: "ui", unknown: false, changes: [{ domain: "tasks", change: { type: "task", before: { title: "Choose the fronts" }, after: { title: "Choose the colour of the fronts" } } }, { domain: "tasks", change: { type: "labelAdded", label: labels[0]?.id ?? "" } }] },
  { stamp: "01", atMs: now - 864_000_000, writtenMs: now, device: "d2", source: "import", unknown: false, changes: [{ domain: "tasks", change: { type: "created" } }] },
];
const words = ["harbour", "velvet", "acorn", "lantern", "mosaic", "thistle"];
export const devices: DeviceView[] = [
  { id: "d1", words, name: "Chrome on Linux", class: "full", sinceMs: now - 9e9, this: true, revoked: false },
  { id: "d2", words: words.toReversed(), name: "Phone", class: "full", sinceMs: now - 5e9, this: false, revoked: false },
  { id: "d3", words, name: "Kitchen tablet", class: "shared", sinceMs: now - 2e9, this: false, revoked: true },
];
export const methods: MethodView[] = [{ id: "a1b2c3d4e5", kind: "passkey", sinceMs: now - 9e9, revoked: false }, { id: "f6a7b8c9d0", kind: "kit", sinceMs: now - 9e9, revoked: false }];
export const sessions: SessionView[] = [{ id: "41", signer: "d1", createdMs: now - 7_200_000, lastSeenMs: now, this: true }, { id: "39", signer: "d2", createdMs: now - 86_400_000, lastSeenMs: now - 3_600_000, this: false }];
export const activity: ActivityEntry[] = [
  { atMs: now - 7e5, signer: "d2", kind: { type: "conflict", record: some[1]?.id ?? "", field: "due", lost: "d1" } },
  { atMs: now - 4e7, signer: null, kind: { type: "alarm", alarm: { number: 1, kind: "rollback", device: null, count: 1 } } },
  { atMs: now - 8e8, signer: "d1", kind: { type: "revoked", targets: ["d3"] } },
  { atMs: now - 8e8, signer: "d1", kind: { type: "rekeyed", epoch: 2 } },
  { atMs: now - 5e9, signer: "d1", kind: { type: "deviceAdded", device: "d2", class: "full" } },
  { atMs: now - 9e9, signer: "d1", kind: { type: "methodAdded", method: "f6", kind: "kit" } },
  { atMs: now - 9e9, signer: "d1", kind: { type: "accountCreated" } },
];
export const report: ImportReport = { schema: 1, source: "super-productivity", layout: "backup", version: "13", writtenAtMs: now, outcome: "part", found: { projects: 4, sections: 2, tags: 6, tasks: 128, subtasks: 31, done: 60, archived: 40, notes: 3, cancelled: 0, areas: 0, checklistItems: 0, comments: 0, others: 0 }, records: { task: { new: 128, changed: 3, unchanged: 12, conflicts: 1, trashed: 2 }, project: { new: 4, changed: 0, unchanged: 0, conflicts: 0, trashed: 0 }, label: { new: 6, changed: 0, unchanged: 0, conflicts: 0, trashed: 0 } }, comparedWith: "space", reshaped: [], leftOut: [{ what: "repeats", count: 7 }], settings: [], notUnderstood: [{ reason: "notADay", at: "task.entities.x.dueDay", count: 1 }], notUnderstoodTotal: { notADay: 1 }, warnings: [{ what: "roundedToMinutes", count: 12 }] };
export const disputes: ImportDispute[] = [
  { conflict: { record: some[1]?.id ?? "", field: "title" }, title: "Choose the colour of the fronts", values: { type: "task", before: { title: "Choose the colour of the fronts" }, after: { title: "Fronts: colour and handles" } }, hereNames: null, fileNames: null },
  { conflict: { record: some[1]?.id ?? "", field: "due" }, title: "Choose the colour of the fronts", values: { type: "task", before: { due: on(3) }, after: { due: null } }, hereNames: null, fileNames: null },
  { conflict: { record: some[3]?.id ?? "", field: "project" }, title: "Order the sockets and the long cable; the electrician wants three metres more than the plan says", values: { type: "task", before: { project: p(1) }, after: { project: null } }, hereNames: "Kitchen renovation", fileNames: "Flat" },
];
const member = (id: string, kind: string, name: string | null): ForkMember => ({ id, kind, name, this: id === "d1" });
export const fork: ForkView = {
  log: "acc0", space: null, after: 4, waiting: 3, resolver: { type: "method" },
  branches: [
    { head: "aa", followed: true, atBox: false, keepsThisDevice: true, adds: [member("f6a7b8c9d0", "kit", null)], removes: [], onlyHere: [member("f6a7b8c9d0", "kit", null), member("d1", "full", "Chrome on Linux")], acts: [{ atMs: now - 8e6, signer: "d1", kind: { type: "methodAdded", method: "f6a7b8c9d0", kind: "kit" } }] },
    { head: "bb", followed: false, atBox: true, keepsThisDevice: false, adds: [member("e5c1b2a3", "full", null)], removes: [member("d1", "full", "Chrome on Linux")], onlyHere: [member("e5c1b2a3", "full", null)], acts: [{ atMs: now - 9e6, signer: "d2", kind: { type: "deviceAdded", device: "e5c1b2a3", class: "full" } }, { atMs: now - 7e6, signer: "d2", kind: { type: "revoked", targets: ["d1"] } }] },
  ],
};
const aside = (device: string, reason: string, counters: number[]): QuarantineView[] => counters.map((counter) => ({ device, counter, reason }));
export const setAside: QuarantineView[] = [...aside("d2", "noKey", [812, 813, 814, 820]), ...aside("d2", "unopenable", [633]), ...aside("d3", "foreignStamp", [71])];

const copy = { space: "00", replayed: 18_201, erased: 7, setAside: 1, leftOut: 0, held: 0, needsNewer: 0, agrees: true, breaks: null };
const family = { ...copy, space: "5face0", replayed: 312, erased: 0, setAside: 0 };
export const soundCopy: Examined = { run: 1, done: 18_521, of: 18_521, spaces: [copy, family], ended: true };
export const brokenCopy = (kind: BreakKind): Examined => ({ ...soundCopy, spaces: [{ ...copy, agrees: false, breaks: { kind, device: "d1", counter: 1_012 } }, family] });

const noted = (sequence: number, event: BoxLogEntry["event"], more: Partial<BoxLogEntry> = {}): BoxLogEntry => ({ sequence, event, atMs: now - (819 - sequence) * 2_700_000, account: null, signer: null, origin: null, detail: 0, ...more });
export const boxLog: BoxLogEntry[] = [
  noted(819, "signed_in", { signer: "d1", origin: "0a1b2c3d4e5f6071" }),
  noted(818, "sign_in_refused", { detail: 1_204, origin: "9c44e1d2a0b37f15" }),
  noted(817, "alarm_ended", { detail: 4 }),
  noted(816, "alarm_began", { detail: 4 }),
  noted(815, "device_enrolled", { signer: "d2" }),
  noted(814, "invite_late", { account: "7f00aa31c2d4", origin: "9c44e1d2a0b37f15" }),
  noted(813, "admin_claim_code"),
  noted(812, "started"),
];
