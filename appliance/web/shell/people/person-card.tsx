import { type PeopleView, type PersonRole, useLife } from "@lifeos/core";
import { Banner, Button, Pill, Select } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "../security/step-up";
import type { ToCompare } from "./compare";
import { type Known, managedSpaces, manages } from "./known";
import { RemoveDialog } from "./remove-dialog";
import { ShareDialog } from "./share-dialog";
import { roles, useNames, useRefusals, useRoleWords } from "./words";

/** Somebody: how sure it is that it is they, and what is shared with them. */
export function PersonCard({ person, people, onCompare, again }: { person: Known; people: PeopleView; onCompare: (person: ToCompare) => void; again: () => void }) {
  const { t } = useLingui();
  const names = useNames();
  const [shares, setShares] = useState(false);
  const name = names.person(person);
  const isForged = person.came !== null && !person.came.standing.proven;
  const share = person.came?.share ?? null;
  const inAlready = (space: string) => person.places.some((place) => place.space.space === space && place.person.role !== null);
  const isLeft = managedSpaces(people).some(({ space }) => !inAlready(space));
  const waits = share !== null && !inAlready(share.space);
  return (
    <li aria-label={name} className="flex flex-col gap-2 border-b border-line/60 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {name}
            {person.verified ? <Pill tone="good">{t`words compared`}</Pill> : <Pill tone="attention">{t`not compared yet`}</Pill>}
          </p>
          <p className="font-mono text-micro text-ink-3">{person.words.join(" ")}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {!person.verified && !isForged && <Button tone="primary" onPress={() => onCompare({ account: person.account, name: person.name, words: person.words, share: waits ? share : null })}>{t`Compare words`}</Button>}
          {person.verified && isLeft && <Button tone={waits ? "primary" : "plain"} onPress={() => setShares(true)}>{t`Share a space`}</Button>}
        </div>
      </div>
      {isForged ? (
        <Banner tone="danger" title={t`Nobody with your link and code made this account`}><Trans>The box let it in by itself. Share nothing with it: end the invitation below, and ask who runs the box to look at it.</Trans></Banner>
      ) : (
        person.came && !person.verified && <p className="text-ink-2"><Trans>Somebody came in by your invitation, with link and code. Compare six words before you share anything.</Trans></p>
      )}
      {person.places.length > 0 && (
        <ul className="flex flex-col">
          {person.places.map((place) => <SharedPlace key={place.space.space} who={person} place={place} again={again} />)}
        </ul>
      )}
      {person.verified && person.places.length === 0 && !waits && <p className="text-ink-2"><Trans>Nothing is shared with them yet.</Trans></p>}
      {shares && <ShareDialog person={person} people={people} wanted={waits ? share : null} onClose={() => setShares(false)} onDone={again} />}
    </li>
  );
}

/** A space that somebody is in, with the role that they have there. */
function SharedPlace({ who, place: { space, person }, again }: { who: Known; place: Known["places"][number]; again: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const names = useNames();
  const words = useRoleWords();
  const refused = useRefusals();
  const { attempt, isBusy, error } = useAttempt();
  const [removes, setRemoves] = useState(false);
  const spaceName = names.space(space);
  const name = names.person(who);
  const mayChange = manages(space) && person.role !== null && (person.role !== "owner" || space.role === "owner");
  const offered = roles.filter((role) => role !== "owner" || space.role === "owner");
  const set = (role: PersonRole) =>
    attempt(async () => {
      if (role === person.role || !(await stepUp())) return;
      await refused(client.call({ type: "personRole", space: space.space, account: who.account, role }));
      again();
    });
  return (
    <li aria-label={spaceName} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="min-w-0 basis-full truncate sm:flex-1 sm:basis-40">{spaceName}</span>
      {person.role === null ? (
        <Pill>{t`removed`}</Pill>
      ) : mayChange ? (
        <>
          <Select<PersonRole> label={t`Role of ${name} in ${spaceName}`} hideLabel className="w-32" value={person.role} choices={offered.map((role) => ({ value: role, label: words.name[role] }))} onChange={(role) => void set(role)} />
          <Button tone="quiet" isDisabled={isBusy} aria-label={t`Remove ${name} from ${spaceName}`} onPress={() => setRemoves(true)}>{t`Remove`}</Button>
        </>
      ) : (
        <span className="text-ink-2">{words.name[person.role]}</span>
      )}
      {error && <div className="basis-full"><Banner tone="danger" title={error} /></div>}
      {removes && <RemoveDialog account={who.account} name={name} space={space} onClose={() => setRemoves(false)} onDone={again} />}
    </li>
  );
}
