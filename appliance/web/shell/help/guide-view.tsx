import { cx, Button, Paper, PlainButton, printsLate, SearchField, Skeleton } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useDeferredValue, useEffect, useRef, useState } from "react";
// Drawn with the page, not after it: where a link leads must not move away.
import { Markdown } from "../../design/markdown";
import type { Language } from "../i18n";
import { chaptersOf, findIn, type Guide, type GuideName, guides, guidesIn, targetOf } from "./guide";
import { WhatsNew } from "./whats-new";

export type HelpPlace = { page: GuideName | "new"; section: string };
type Go = (place: HelpPlace) => void;

/** The manuals: one at a time, a local search over all of them, and what is new. */
export function GuideView({ place, onGo }: { place: HelpPlace; onGo: Go }) {
  const { t, i18n } = useLingui();
  const [all, setAll] = useState<Record<GuideName, Guide> | null>(null);
  const [isMissing, setMissing] = useState(false);
  const [typed, setTyped] = useState("");
  const asked = useDeferredValue(typed.trim());
  useEffect(() => {
    let isHere = true;
    guidesIn(i18n.locale as Language).then((read) => isHere && setAll(read), () => isHere && setMissing(true));
    return () => {
      isHere = false;
    };
  }, [i18n.locale]);
  const go: Go = (to) => {
    setTyped("");
    onGo(to);
  };
  const names: Record<HelpPlace["page"], string> = { help: t`How it works`, owner: t`Owner's manual`, recovery: t`Recovery manual`, new: t`What is new` };
  const top = useRef<HTMLDivElement>(null);
  // Another manual is read from its beginning.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another is shown
  useEffect(() => {
    if (place.section === "") top.current?.closest(".quiet-scroll")?.scrollTo({ top: 0 });
  }, [place.page, place.section]);
  return (
    <div ref={top} className="flex flex-col gap-5">
      <nav aria-label={t`Manuals`} className="flex flex-wrap gap-x-5 border-b border-line">
        {([...guides, "new"] as const).map((page) => (
          <PlainButton
            key={page}
            {...(page === place.page ? { "aria-current": "page" as const } : {})}
            onPress={() => go({ page, section: "" })}
            className={cx("-mb-px min-h-9 border-b-2 pointer-coarse:min-h-11", page === place.page ? "border-accent font-semibold" : "border-transparent text-ink-2 hovered:text-ink")}
          >
            {names[page]}
          </PlainButton>
        ))}
      </nav>
      {place.page !== "new" && <SearchField label={t`Find in the help`} placeholder={t`Find in all manuals`} value={typed} onChange={setTyped} />}
      {place.page === "new" ? (
        <WhatsNew />
      ) : isMissing ? (
        <p role="alert">{t`The manuals could not be loaded. Load the page again once the box can be reached.`}</p>
      ) : !all ? (
        <Skeleton label={t`Loading`} />
      ) : asked !== "" ? (
        <FoundIn all={all} typed={asked} names={names} onGo={go} />
      ) : (
        <Manual key={place.page} name={place.page} guide={all[place.page]} section={place.section} onGo={go} />
      )}
    </div>
  );
}

function FoundIn({ all, typed, names, onGo }: { all: Record<GuideName, Guide>; typed: string; names: Record<HelpPlace["page"], string>; onGo: Go }) {
  const { t } = useLingui();
  const found = findIn(all, typed);
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="figures text-small text-ink-3">{plural(found.length, { one: "# place", other: "# places" })}</p>
      {found.length === 0 && <p className="text-ink-2"><Trans>Nothing in the manuals has these words. Try fewer, or another one.</Trans></p>}
      <ul aria-label={t`Found in the manuals`}>
        {found.map(({ guide, section, excerpt }) => (
          <li key={`${guide} ${section.id}`} className="border-b border-line/60">
            <PlainButton onPress={() => onGo({ page: guide, section: section.id })} className="-mx-2 flex w-[calc(100%+1rem)] flex-col rounded-sm px-2 py-2 text-left hovered:bg-hover">
              <span className="flex flex-wrap items-baseline gap-x-2"><span className="font-medium">{section.title}</span><span className="text-small text-ink-3">{names[guide]}</span></span>
              <span className="text-ink-2">{excerpt}</span>
            </PlainButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Manual({ name, guide, section, onGo }: { name: GuideName; guide: Guide; section: string; onGo: Go }) {
  const { t } = useLingui();
  const [isPrinted, setPrinted] = useState(false);
  const text = useRef<HTMLElement>(null);
  const inside = (href: string) => {
    const target = targetOf(href, name);
    return target && (() => onGo({ page: target.guide, section: target.section }));
  };
  // Where a link or the address leads, the reading goes on: also by keyboard and by ear.
  useEffect(() => {
    const heading = section === "" ? null : text.current?.querySelector<HTMLElement>(`#help-${CSS.escape(section)}`);
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "start" });
  }, [section]);
  return (
    <article ref={text} aria-label={guide.title} className="flex flex-col gap-6 pb-16 [&_.overflow-x-auto]:overflow-visible [&_pre]:whitespace-pre-wrap [&_td]:wrap-anywhere">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-prose flex-1 basis-64 text-ink-2">{guide.lead}</p>
        <Button icon="print" onPress={() => setPrinted(true)}>{t`Print this manual`}</Button>
      </div>
      <nav aria-label={t`Contents`}>
        <ol className="grid grid-cols-2 gap-x-6 border-y border-line py-2 sm:grid-cols-3">
          {chaptersOf(guide).map(({ chapter }) => (
            <li key={chapter.id}><PlainButton onPress={() => onGo({ page: name, section: chapter.id })} className="min-h-8 w-full rounded-sm py-1 text-left text-accent underline-offset-3 hovered:underline pointer-coarse:min-h-11">{chapter.title}</PlainButton></li>
          ))}
        </ol>
      </nav>
      {guide.sections.map((each) => {
        const Heading = each.depth === 2 ? "h2" : "h3";
        return (
          <section key={each.id} className={cx("flex max-w-prose flex-col gap-2", each.depth === 3 && "-mt-2")}>
            <Heading id={`help-${each.id}`} tabIndex={-1} className={cx("scroll-mt-4 font-semibold text-pretty", each.depth === 2 && "border-b border-line pb-1 text-lead")}>{each.title}</Heading>
            <Markdown text={each.body} inside={inside} />
          </section>
        );
      })}
      {isPrinted && <Paper onPrinted={() => !printsLate() && setPrinted(false)}><PrintedManual guide={guide} /></Paper>}
    </article>
  );
}

function PrintedManual({ guide }: { guide: Guide }) {
  return (
    <article className="flex flex-col gap-3 [&_.overflow-x-auto]:overflow-visible [&_code]:bg-transparent [&_pre]:border">
      <header className="flex items-baseline justify-between gap-4 border-b-2 pb-1">
        <h1 className="text-title font-semibold">{guide.title}</h1>
        <p className="figures">{location.host}</p>
      </header>
      <p>{guide.lead}</p>
      {guide.sections.map((each) => {
        const Heading = each.depth === 2 ? "h2" : "h3";
        return (
          <section key={each.id} className="flex flex-col gap-1">
            <Heading className={cx("font-semibold", each.depth === 2 && "pt-2 text-lead")}>{each.title}</Heading>
            <Markdown text={each.body} inside={noPlace} />
          </section>
        );
      })}
    </article>
  );
}

const noPlace = () => null;
