import { Markdown, Pill } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useEffect, useState } from "react";
import { releases } from "virtual:changes";
import { nameOfText } from "./changelog";
import { news } from "./news";

const names = releases.flatMap(({ parts }) => parts.flatMap(({ entries }) => entries)).map(nameOfText);

/** What changed, newest version first. What was not there when this device last looked is marked. */
export function WhatsNew() {
  const { t, i18n } = useLingui();
  const [before] = useState(news.toldBefore);
  useEffect(() => {
    news.remember(names);
    news.seen();
  }, []);
  const isNew = (entry: string) => before !== null && !before.has(nameOfText(entry));
  return (
    <div className="flex flex-col gap-6">
      {i18n.locale !== "en" && <p className="text-ink-3"><Trans>This part is written in English.</Trans></p>}
      {releases.map((release) => (
        <section key={release.version} aria-label={release.version} className="flex flex-col gap-3">
          <h2 className="flex items-baseline gap-2 border-b border-line pb-1 font-semibold">
            {release.version === "Unreleased" ? t`Version ${news.version}, in the making` : t`Version ${release.version}`}
            {release.date && <span className="figures text-small font-normal text-ink-3">{release.date}</span>}
          </h2>
          {release.parts.map(({ title, entries }) => (
            <div key={title} lang="en" className="flex flex-col gap-1">
              {title && <h3 className="text-small font-medium text-ink-3">{title}</h3>}
              <ul>
                {entries.toReversed().map((entry) => (
                  <li key={entry} className="flex items-start gap-3 border-b border-line/60 py-2">
                    <div className="min-w-0 max-w-prose flex-1"><Suspense fallback={<p>{entry}</p>}><Markdown text={entry} /></Suspense></div>
                    {isNew(entry) && <Pill tone="good">{t`new`}</Pill>}
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
