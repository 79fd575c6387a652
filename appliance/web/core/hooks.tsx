import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useSyncExternalStore } from "react";
import { CallFailed, inSpace, type LifeClient, type Storage } from "./client";
import type { Problem, Reply, Status } from "./contract/api";
import type { Command, Query, SearchView, View } from "./contract/life";
import type { ProfileField, ProfileView } from "./contract/profile";
import type { TasksCommand, TasksQuery, TasksView } from "./contract/tasks";
import { makeIntent } from "./intent";
import { share } from "./share";

const ClientContext = createContext<LifeClient | null>(null);

export function LifeProvider({ client, children }: { client: LifeClient; children: ReactNode }) {
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

export function useLife(): LifeClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error("no LifeProvider above");
  return client;
}

/**
 * A part of the status. Who asks is drawn again when that part changes, not whenever the status does:
 * it does several times with each change that is written. Parts stay the same objects while equal.
 */
export function useStatus<Part>(select: (status: Status) => Part): Part {
  const client = useLife();
  return useSyncExternalStore(client.onStatus, () => select(client.status()));
}

/** Whether this browser stores anything for this page. */
export function useStorage(): Storage {
  const client = useLife();
  return useSyncExternalStore(client.onStatus, () => client.storage);
}

export type Live<Shown> = { state: "loading" } | { state: "failed"; problem: Problem } | { state: "ready"; view: Shown; origin: "local" | "remote" };

const SpaceContext = createContext<string | null>(null);

/** What is asked and done beneath it is asked and done in that space; `null` is the person's own. */
export function SpaceProvider({ space, children }: { space: string | null; children: ReactNode }) {
  return <SpaceContext.Provider value={space}>{children}</SpaceContext.Provider>;
}

/** The space that is looked at, by id; `null` is the person's own. */
export function useSpace(): string | null {
  return useContext(SpaceContext);
}

/** The live answer to a question, in the space that is looked at or the one that is named; `null` asks nothing. */
export function useQuery(query: Query | null, named?: string | null): Live<View> {
  const client = useLife();
  const here = useSpace();
  const space = named === undefined ? here : named;
  const key = query === null ? null : JSON.stringify(query);
  const subscribe = useCallback(
    (listener: () => void) => (key === null ? () => {} : client.watch(JSON.parse(key) as Query, listener, space)),
    [client, key, space],
  );
  const snapshot = useCallback(() => (key === null ? null : client.answer(JSON.parse(key) as Query, space)), [client, key, space]);
  const answer = useSyncExternalStore(subscribe, snapshot);
  return useMemo(() => {
    if (answer === null) return { state: "loading" };
    if ("problem" in answer) return { state: "failed", problem: answer.problem };
    return { state: "ready", view: answer.view, origin: answer.origin };
  }, [answer]);
}

type OfTasks<Kind extends TasksView["type"]> = Extract<TasksView, { type: Kind }>;

/** The live answer to a question about tasks. */
export function useTasks<Kind extends TasksQuery["type"] & TasksView["type"]>(query: Extract<TasksQuery, { type: Kind }> | null): Live<OfTasks<Kind>> {
  const live = useQuery(query === null ? null : { type: "tasks", query });
  return useMemo(() => {
    if (live.state !== "ready") return live;
    if (live.view.type !== "tasks") return { state: "loading" };
    return { state: "ready", view: live.view.view as OfTasks<Kind>, origin: live.origin };
  }, [live]);
}

export function useProfile(): ProfileView | null {
  const live = useQuery({ type: "profile", query: { type: "profile" } }, null);
  return live.state === "ready" && live.view.type === "profile" ? live.view.view : null;
}

/** Records of any area that have, for each word, one that begins with it; `null` asks nothing. */
export function useSearch(text: string | null, limit: number): Live<SearchView> {
  const live = useQuery(text === null ? null : { type: "search", text, limit });
  // What was found for the letters before stays until there is an answer for these: nothing blinks.
  const before = useRef<Live<SearchView>>({ state: "loading" });
  return useMemo(() => {
    if (text === null) before.current = { state: "loading" };
    else if (live.state === "failed") before.current = live;
    else if (live.state === "ready" && live.view.type === "search") before.current = { state: "ready", view: live.view.search, origin: live.origin };
    return before.current;
  }, [live, text]);
}

export function useProfileCommand(): (field: ProfileField) => Promise<Committed> {
  const send = useCommand(null);
  return useCallback((field) => send({ type: "profile", command: { type: "editProfile", set: [field] } }), [send]);
}

/** What is given, with each part that equals the part before it as the same object: for what is drawn by memo. */
export function useShared<Shown>(shown: Shown): Shown {
  const before = useRef(shown);
  before.current = share(before.current, shown);
  return before.current;
}

export type Committed = Extract<Reply, { type: "committed" }>;

/** Returns a function that does what a command says in the space that is looked at or named, and answers when it is durable on this device. */
export function useCommand(named?: string | null): (command: Command) => Promise<Committed> {
  const client = useLife();
  const here = useSpace();
  const space = named === undefined ? here : named;
  return useCallback((command) => client.expect("committed", { type: "do", command, intent: makeIntent(), ...inSpace(space) }), [client, space]);
}

export function useTasksCommand(): (command: TasksCommand) => Promise<Committed> {
  const send = useCommand();
  return useCallback((command) => send({ type: "tasks", command }), [send]);
}

export function problemOf(error: unknown): Problem {
  return error instanceof CallFailed ? error.problem : { code: "malformed", detail: null };
}
