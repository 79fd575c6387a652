import type { PeopleView } from "@lifeos/core";
import { Banner, Icon, Link, Pill } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNames, useRoleWords } from "./words";

/** The spaces that are or can be shared, and those that this person was removed from. */
export function Spaces({ people }: { people: PeopleView }) {
  const { t } = useLingui();
  const names = useNames();
  const words = useRoleWords();
  const shared = people.spaces.filter((space) => !space.personal);
  const inThem = shared.filter((space) => space.role !== null);
  const setAside = shared.filter((space) => space.role === null);
  return (
    <>
      {shared.length === 0 && <p className="py-2 text-ink-2"><Trans>There is none. Your own space is yours alone and is never shared, not even with the owner of the household.</Trans></p>}
      <ul>
        {inThem.map((space) => (
          <li key={space.space} className="grid grid-cols-[auto_1fr_auto] items-center gap-3 border-b border-line/60 py-1.5">
            <Icon name="people" size={18} className="text-ink-3" />
            <div className="min-w-0"><Link href={`/spaces/${space.space}`} className="inline-flex items-center pointer-coarse:min-h-11">{names.space(space)}</Link></div>
            <span className="flex flex-wrap items-center justify-end gap-x-3 text-small text-ink-2">
              <span className="figures">{plural(space.people.filter((person) => person.role !== null).length, { one: "# person", other: "# people" })}</span>
              {space.role && <Pill>{words.name[space.role]}</Pill>}
            </span>
          </li>
        ))}
      </ul>
      {setAside.map((space) => (
        <Banner key={space.space} title={t`You were removed from “${names.space(space)}”`} actions={<Link href={`/spaces/${space.space}`} className="inline-flex items-center pointer-coarse:min-h-11">{t`Look at what stayed`}</Link>}>
          <Trans>What was written until then stays with you, to be read. What others write there now does not reach you.</Trans>
        </Banner>
      ))}
    </>
  );
}
