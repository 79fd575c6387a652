import { useNavigation, useSearch, useWords } from "@lifeos/core";
import { LabelDot, Link, SearchField, Skeleton } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useDeferredValue, useMemo, useState } from "react";
import { type Printable, useOfferPrint } from "./print-offer";
import { Empty, NotRead, ScreenHead } from "./screen";
import { type ListItem, TaskList } from "./task-list";

type Found = { id: string; title: string; colour: string; path: string };

/** Finds tasks by the beginnings of words, done ones too. What is typed stays on this page and in no address. */
export function SearchScreen() {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const live = useSearch(asked === "" ? null : asked, 200);
  const words = useWords();
  const { path } = useNavigation();
  const search = live.state === "ready" ? live.view : null;
  const places: Found[] =
    search?.hits.flatMap(({ found: { found } }): Found[] => {
      if (found.type === "task") return [];
      const record = found.type === "project" ? found.project : found.label;
      return [{ id: record.id, title: record.title, colour: record.colour, path: `/${found.type}s/${record.id}` }];
    }) ?? [];
  const items = useMemo<ListItem[]>(() => search?.hits.flatMap(({ found: { found } }): ListItem[] => (found.type === "task" ? [{ kind: "task", row: found.task }] : [])) ?? [], [search]);
  useOfferPrint(useMemo<Printable | null>(() => (items.length > 0 ? { type: "parts", title: t`Found`, parts: [{ title: "", rows: items.flatMap((item) => (item.kind === "task" ? [item.row] : [])) }] } : null), [items, t]));
  return (
    <TaskList
      key={path}
      label={t`Found`}
      items={items}
      header={
        <>
          <ScreenHead title={t`Search`}>
            <div className="flex flex-col gap-2 pt-3">
              <SearchField label={t`Search`} value={text} onChange={setText} autoFocus placeholder={t`Words in titles, notes, checklists and labels`} />
              <p aria-live="polite" className="figures min-h-5 text-small text-ink-3">{search && asked !== "" && <Plural value={search.total} one="# found" other={`${words.number(search.total)} found`} />}</p>
              {places.length > 0 && (
                <ul aria-label={t`Projects and labels`} className="flex flex-wrap gap-2">
                  {places.map((place) => (
                    <li key={place.id}><Link plain href={place.path} className="inline-flex items-center gap-2 rounded-full border border-line px-3 py-1 hovered:bg-hover pointer-coarse:min-h-11"><LabelDot ink={place.colour} />{place.title}</Link></li>
                  ))}
                </ul>
              )}
            </div>
          </ScreenHead>
          {live.state === "failed" && <div className="px-4 sm:pl-[calc(var(--margin)+0.75rem)]"><NotRead title={t`The search could not be done`} /></div>}
          {live.state === "loading" && asked !== "" && <Skeleton label={t`Searching`} rows={3} />}
          {asked === "" && <Empty title={t`Search everything`}><p><Trans>Open and done, titles and notes. The beginnings of words are enough. The search happens on this device.</Trans></p></Empty>}
          {asked !== "" && search?.total === 0 && <Empty title={t`Nothing found`}><p><Trans>No task has words that begin like this.</Trans></p></Empty>}
        </>
      }
    />
  );
}
