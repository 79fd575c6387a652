import { type PeopleView, useNavigation } from "@lifeos/core";
import { Banner, Button, PlainButton, Skeleton } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Words } from "../enrol/join";
import { Page, Section } from "../security/page";
import { StepUpProvider } from "../security/step-up";
import { useReply } from "../security/use-reply";
import { Compare, type ToCompare } from "./compare";
import { InviteDialog } from "./invite-dialog";
import { Invitations } from "./invitations";
import { knownPeople } from "./known";
import { PersonCard } from "./person-card";
import { SpaceDialog } from "./space-dialog";
import { Spaces } from "./spaces";

/** The people of the household: whose words were compared, what is shared with each, who is invited. */
export function PeopleScreen() {
  return <StepUpProvider><People /></StepUpProvider>;
}

function People() {
  const { t } = useLingui();
  const { go } = useNavigation();
  const asked = useReply("people", "people");
  const [invites, setInvites] = useState(false);
  const people = asked.state === "ready" ? asked.reply.people : null;
  const help = <PlainButton onPress={() => go("/help/help/people")} className="rounded-xs text-accent underline decoration-accent/40 underline-offset-3 hovered:decoration-accent pointer-coarse:min-h-11">{t`How sharing works`}</PlainButton>;
  return (
    <Page
      title={t`People`}
      aside={<>{t`Who shares something with you on this box.`} {help}</>}
      actions={people && <Button tone="primary" icon="plus" onPress={() => setInvites(true)}>{t`Invite somebody`}</Button>}
    >
      {asked.state === "loading" && <Skeleton label={t`Loading`} rows={4} />}
      {asked.state === "failed" && <Banner tone="danger" title={t`This could not be read`} actions={<Button onPress={asked.again}>{t`Try again`}</Button>}>{t`What is stored is untouched.`}</Banner>}
      {people && <Parts people={people} again={asked.again} />}
      {people && invites && <InviteDialog people={people} onClose={() => setInvites(false)} onDone={asked.again} />}
    </Page>
  );
}

function Parts({ people, again }: { people: PeopleView; again: () => void }) {
  const { t } = useLingui();
  const [compares, setCompares] = useState<ToCompare | null>(null);
  const [makesSpace, setMakesSpace] = useState(false);
  const known = knownPeople(people);
  return (
    <>
      {people.offers.map((offer) => (
        <Banner
          key={offer.space}
          tone="attention"
          title={t`Somebody shares a space with you`}
          actions={<Button tone="primary" onPress={() => setCompares({ account: offer.account, name: null, words: offer.words, share: null })}>{t`Compare words`}</Button>}
        >
          <Trans>You have not compared words with them yet. Until you have, nothing of it is taken in.</Trans>
        </Banner>
      ))}
      <Section title={t`In touch`}>
        {known.length === 0 && <p className="py-2 text-ink-2"><Trans>Nobody yet. Whom you invite gets an account, a passkey and a recovery kit of their own. You see nothing of theirs and they see nothing of yours, but for the spaces that you share.</Trans></p>}
        <ul>{known.map((person) => <PersonCard key={person.account} person={person} people={people} onCompare={setCompares} again={again} />)}</ul>
      </Section>
      <Section title={t`Shared spaces`} aside={<Button tone="quiet" icon="plus" className="-mr-3" onPress={() => setMakesSpace(true)}>{t`New space`}</Button>}>
        <Spaces people={people} />
      </Section>
      <Invitations people={people} again={again} />
      <Section title={t`Your words`}>
        <p className="text-ink-2"><Trans>Read them to who compares, or let them look. They belong to your account and are no secret.</Trans></p>
        <Words words={people.words} />
      </Section>
      {compares && <Compare person={compares} onClose={() => setCompares(null)} onDone={again} />}
      {makesSpace && <SpaceDialog people={people} onClose={() => setMakesSpace(false)} onDone={again} />}
    </>
  );
}
