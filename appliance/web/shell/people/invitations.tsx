import { type HouseholdInvite, type InviteView, type PeopleView, useLife, useQuery, useWords } from "@lifeos/core";
import { Banner, Button, Pill, useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { Section } from "../security/page";
import { useStepUp } from "../security/step-up";
import { HandOver, type HandedOver } from "./hand-over";
import { useNames, useRefusals, useRoleWords } from "./words";

/** Wrong codes after which an invitation lets nobody in; the box counts and holds it. */
const tries = 5;
/** For how many days one stands that is made in place of another, as one does that is made afresh. */
const days = 7;

/** The own invitations, and how each stands. */
export function Invitations({ people, again }: { people: PeopleView; again: () => void }) {
  const { t } = useLingui();
  const [showsOld, setShowsOld] = useState(false);
  // Here, since the one that it is made in place of goes from the list meanwhile.
  const [handed, setHanded] = useState<HandedOver | null>(null);
  const live = useQuery({ type: "household", query: { type: "household" } });
  const all = live.state === "ready" && live.view.type === "household" ? live.view.view.invites : [];
  const over = all.filter(({ state }) => state.type === "accepted" || state.type === "cancelled");
  return (
    <Section title={t`Invitations`}>
      {people.invites.length === 0 && <p className="py-2 text-ink-2"><Trans>No invitation is open.</Trans></p>}
      <ul>{people.invites.map((invite) => <Invitation key={invite.invite} invite={invite} people={people} again={again} onHanded={setHanded} />)}</ul>
      {over.length > 0 && (
        <>
          <div><Button tone="quiet" className="-ml-3" aria-expanded={showsOld} onPress={() => setShowsOld(!showsOld)}>{showsOld ? t`Hide those that are over` : t`Show those that are over`}</Button></div>
          {showsOld && <ul>{over.map((invite) => <Over key={invite.id} invite={invite} people={people} />)}</ul>}
        </>
      )}
      {handed && <HandOver handed={handed} onClose={() => setHanded(null)} />}
    </Section>
  );
}

function Invitation({ invite, people, again, onHanded }: { invite: InviteView; people: PeopleView; again: () => void; onHanded: (handed: HandedOver) => void }) {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  const stepUp = useStepUp();
  const moment = useWords().moment;
  const names = useNames();
  const words = useRoleWords();
  const refused = useRefusals();
  const { attempt, isBusy, error } = useAttempt();
  const { standing, share } = invite;
  const isSpent = standing.type === "expired" || standing.type === "dead";
  const standings = { open: t`open`, dead: t`too many wrong codes`, expired: t`over`, accepted: t`somebody came` };
  const space = share && people.spaces.find((each) => each.space === share.space);
  const show = () => attempt(async () => onHanded(await client.expect("inviteMade", { type: "inviteShow", invite: invite.invite })));
  const renew = () =>
    attempt(async () => {
      if (!(await stepUp())) return;
      onHanded(await refused(client.expect("inviteMade", { type: "inviteMake", role: invite.role, share, days })));
      await refused(client.call({ type: "inviteEnd", invite: invite.invite }));
      again();
    });
  const end = () =>
    attempt(async () => {
      await refused(client.call({ type: "inviteEnd", invite: invite.invite }));
      toast({ text: t`Taken back. The link and the code let nobody in any more.` });
      again();
    });
  return (
    <li className="flex flex-col gap-1 border-b border-line/60 py-2.5">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {share ? t`To “${names.space(space ?? undefined)}”, as ${words.name[share.role]}` : t`To the household`}
            <Pill tone={standing.type === "accepted" ? "good" : standing.type === "open" ? "note" : "attention"}>{standings[standing.type]}</Pill>
          </p>
          <p className="figures text-small text-ink-3">
            {standing.type === "open" && t`until ${moment(invite.expiresMs)}`}
            {standing.type === "expired" && t`since ${moment(invite.expiresMs)}`}
            {standing.type === "accepted" && (standing.verified ? t`Words compared.` : t`Their words are to be compared: see above.`)}
            {standing.type === "dead" && t`It lets nobody in any more.`}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {standing.type === "open" && <Button isDisabled={isBusy} onPress={() => void show()}>{t`Show it again`}</Button>}
          {isSpent && <Button tone="primary" isDisabled={isBusy} onPress={() => void renew()}>{t`Make a new one`}</Button>}
          <Button tone="quiet" isDisabled={isBusy} onPress={() => void end()}>{standing.type === "accepted" ? t`Put it away` : t`Take it back`}</Button>
        </div>
      </div>
      {invite.failures > 0 && standing.type === "open" && <p className="text-small text-ochre">{plural(invite.failures, { one: `# wrong code of ${tries} so far.`, other: `# wrong codes of ${tries} so far.` })}</p>}
      {invite.late > 0 && <p className="text-small text-ochre">{plural(invite.late, { one: "Somebody came with it once when it was used or over.", other: "Somebody came with it # times when it was used or over." })}</p>}
      {error && <Banner tone="danger" title={error} />}
    </li>
  );
}

/** One that has done its work or was taken back. */
function Over({ invite, people }: { invite: HouseholdInvite; people: PeopleView }) {
  const { t } = useLingui();
  const moment = useWords().moment;
  const names = useNames();
  const { state, expiresMs } = invite;
  const who = state.type === "accepted" ? people.spaces.flatMap((space) => space.people).find((person) => person.account === state.account) : undefined;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b border-line/60 py-1.5 text-ink-2">
      <span className="min-w-0 flex-1">{state.type === "cancelled" ? t`Taken back` : who ? t`${names.person(who)} came by it` : t`Somebody came by it`}</span>
      <span className="figures text-small text-ink-3">{t`was to stand until ${moment(expiresMs)}`}</span>
    </li>
  );
}
