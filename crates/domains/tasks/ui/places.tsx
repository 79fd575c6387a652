import { makeWhen, type TaskField, useClock, useNavigation, useShared, useTasks } from "@lifeos/core";
import { cx, Icon, IconButton, type IconName, LabelDot, Link, Ring, useDropPlace, useShortcuts } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { lazy, memo, type ReactNode, Suspense, useRef, useState } from "react";
import { useTaskActions, useTasksShared } from "./context";

const NewProject = lazy(async () => ({ default: (await import("./new-project")).NewProject }));

export type Place = {
  path: string;
  label: string;
  icon: IconName;
  keys: string;
  count?: number;
  isLate?: boolean;
  /** Instead of the icon: how far a project is, or the colour of a label. */
  ring?: { ink: string; done: number; total: number };
  dot?: string;
  set?: TaskField[];
};

/** The places of tasks, with how much waits in each. */
export function useTaskPlaces(): Place[] {
  const { t } = useLingui();
  const { today } = useClock();
  const live = useTasks<"counts">({ type: "counts" });
  const counts = live.state === "ready" ? live.view.counts : null;
  return useShared<Place[]>([
    { path: "/today", label: t`Today`, icon: "today", keys: "g t", count: counts?.today ?? 0, isLate: (counts?.overdue ?? 0) > 0, set: [{ scheduled: { start: makeWhen(today, null), minutes: null } }] },
    { path: "/inbox", label: t`Inbox`, icon: "inbox", keys: "g i", count: counts?.inbox ?? 0, set: [{ list: "inbox" }] },
    { path: "/upcoming", label: t`Upcoming`, icon: "upcoming", keys: "g u" },
    { path: "/next", label: t`Next`, icon: "next", keys: "g n", count: counts?.next ?? 0, set: [{ list: "next" }] },
    { path: "/waiting", label: t`Waiting`, icon: "waiting", keys: "g w", count: counts?.waiting ?? 0, set: [{ list: "waiting" }] },
    { path: "/someday", label: t`Someday`, icon: "someday", keys: "g s", set: [{ list: "someday" }] },
  ]);
}

export function useTaskArchive(): Place[] {
  const { t } = useLingui();
  return useShared<Place[]>([
    { path: "/logbook", label: t`Logbook`, icon: "archive", keys: "g l" },
    { path: "/trash", label: t`Trash`, icon: "trash", keys: "g x" },
  ]);
}

/** The part of the rail that belongs to tasks, with what stands under the lists. Tasks can be dropped on it. */
export function TaskPlaces({ onGo, children }: { onGo?: () => void; children?: ReactNode }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const places = useTaskPlaces();
  const archive = useTaskArchive();
  const { projectList, labelList } = useTasksShared();
  const [isMaking, setMaking] = useState(false);
  const group = t`Go to`;
  useShortcuts([
    ...[...places, ...archive].map((place) => ({ keys: place.keys, label: place.label, group, run: () => go(place.path) })),
    { keys: "g p", label: t`Projects`, group, run: () => go("/projects") },
    { keys: "g b", label: t`Labels`, group, run: () => go("/labels") },
  ]);
  const active = projectList.filter((project) => project.status === "active");
  const projects = useShared(
    active.map(({ id, title, colour, tasks }): Place => ({
      path: `/projects/${id}`, label: title, icon: "project", keys: "", count: tasks.total - tasks.done, ring: { ink: colour, ...tasks }, set: [{ project: id }],
    })),
  );
  const labels = useShared(labelList.slice(0, 8).map((label): Place => ({ path: `/labels/${label.id}`, label: label.title, icon: "label", keys: "", dot: label.colour })));
  return (
    <>
      <ul>{places.map((place) => <PlaceLink key={place.path} place={place} onGo={onGo} />)}</ul>
      {children}
      <RailHead title={t`Projects`} href="/projects" onGo={onGo} action={<IconButton icon="plus" size={14} label={t`New project`} className="size-6! pointer-coarse:size-11!" onPress={() => setMaking(true)} />} />
      <ul>{projects.map((place) => <PlaceLink key={place.path} place={place} onGo={onGo} />)}</ul>
      {labelList.length > 0 && <RailHead title={t`Labels`} href="/labels" onGo={onGo} />}
      <ul>{labels.map((place) => <PlaceLink key={place.path} place={place} onGo={onGo} />)}</ul>
      <ul className="mt-4">{archive.map((place) => <PlaceLink key={place.path} place={place} onGo={onGo} />)}</ul>
      {isMaking && <Suspense><NewProject isOpen onClose={() => setMaking(false)} /></Suspense>}
    </>
  );
}

export function RailHead({ title, href, action, onGo }: { title: string; href: string; action?: ReactNode; onGo?: (() => void) | undefined }) {
  return (
    <div className="mt-5 mb-0.5 flex h-7 items-center justify-between pr-1 pl-3 pointer-coarse:h-11">
      <Link plain href={href} onPress={() => onGo?.()} className="inline-flex items-center rounded-xs text-small font-medium text-ink-3 hovered:text-ink pointer-coarse:min-h-11">{title}</Link>
      {action}
    </div>
  );
}

export const PlaceLink = memo(function PlaceLink({ place, onGo }: { place: Place; onGo?: (() => void) | undefined }) {
  const { path } = useNavigation();
  const actions = useTaskActions();
  const { set } = place;
  const ref = useRef<HTMLLIElement>(null);
  const isOver = useDropPlace({ ref, kind: "task", onDrop: set ? (id) => actions.set([id], ...set) : null });
  const isHere = path === place.path;
  return (
    <li ref={ref}>
      <Link
        plain
        href={place.path}
        onPress={() => onGo?.()}
        {...(isHere ? { "aria-current": "page" as const } : {})}
        className={cx(
          "flex h-8 items-center gap-2.5 rounded-sm px-3 pointer-coarse:h-11",
          isHere ? "bg-hover font-semibold text-ink" : "text-ink-2 hovered:bg-hover/70 hovered:text-ink",
          isOver && "bg-accent-soft! outline-2 outline-accent",
        )}
      >
        {place.ring ? <Sign><Ring {...place.ring} /></Sign>
          : place.dot ? <Sign><LabelDot ink={place.dot} /></Sign>
          : <Icon name={place.icon} size={17} className={cx("shrink-0", isHere ? "text-accent" : "text-ink-3")} />}
        <span className="min-w-0 flex-1 truncate">{place.label}</span>
        {place.count !== undefined && place.count > 0 && <span className={cx("figures text-small font-normal", place.isLate ? "text-madder" : "text-ink-3")}>{place.count}</span>}
      </Link>
    </li>
  );
});

function Sign({ children }: { children: ReactNode }) {
  return <span className="grid w-4.5 place-items-center">{children}</span>;
}
