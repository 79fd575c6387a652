import { type PeopleView, type PersonRole, type ShareChoice, useLife } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Segmented, Select } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "../security/step-up";
import { HandOver, type HandedOver } from "./hand-over";
import { managedSpaces } from "./known";
import { useMakeSpace } from "./make-space";
import { RoleChoice } from "./role-choice";
import { SpaceFields } from "./space-dialog";
import { useNames, useRefusals } from "./words";

const spans = ["1", "7", "30"] as const;
const none = "none";
const fresh = "new";

/** An invitation into the household, and to a space if one is to be shared at once. */
export function InviteDialog({ people, onClose, onDone }: { people: PeopleView; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const names = useNames();
  const refused = useRefusals();
  const make = useMakeSpace(people);
  const { attempt, isBusy, error } = useAttempt();
  const free = managedSpaces(people);
  const [household, setHousehold] = useState<PersonRole>("member");
  const [share, setShare] = useState(free[0]?.space ?? fresh);
  const [name, setName] = useState("");
  const [fromNowOn, setFromNowOn] = useState(false);
  const [role, setRole] = useState<PersonRole>("member");
  const [days, setDays] = useState<(typeof spans)[number]>("7");
  const [handed, setHanded] = useState<HandedOver | null>(null);
  const own = share === fresh ? "owner" : (free.find(({ space }) => space === share)?.role ?? "owner");
  const invite = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      if (!(await stepUp())) return;
      let space = share;
      if (share === fresh) {
        space = await make(name, fromNowOn);
        // What fails after this has the space already.
        setShare(space);
        onDone();
      }
      const given: ShareChoice | null = share === none ? null : { space, role };
      setHanded(await refused(client.expect("inviteMade", { type: "inviteMake", role: household, share: given, days: Number(days) })));
      onDone();
    });
  };
  if (handed) return <HandOver handed={handed} onClose={onClose} />;
  return (
    <Dialog title={t`Invite somebody`} isOpen onClose={onClose}>
      <form onSubmit={invite} className="contents">
        <DialogBody>
          {error && <Banner tone="danger" title={error} />}
          <p className="text-ink-2"><Trans>They get an account of their own, with a passkey, a recovery kit and a space that nobody else can open.</Trans></p>
          <Select
            label={t`Share at once`}
            value={share}
            onChange={setShare}
            choices={[...free.map((space) => ({ value: space.space, label: names.space(space) })), { value: fresh, label: t`A new space…` }, { value: none, label: t`Nothing yet` }]}
          />
          {share === fresh && <SpaceFields name={name} onName={setName} fromNowOn={fromNowOn} onFromNowOn={setFromNowOn} />}
          {share !== none && <RoleChoice label={t`Role in the space`} value={role} onChange={setRole} upTo={own} />}
          <div className="flex flex-col gap-1">
            <Segmented<PersonRole> label={t`Role in the household`} value={household} onChange={setHousehold} choices={[{ value: "member", label: t`Member` }, { value: "admin", label: t`Admin` }]} />
            <p className="text-small text-ink-3">{household === "admin" ? <Trans>May invite others to this box as well. It opens nobody's data to them.</Trans> : <Trans>Uses this box, and invites nobody.</Trans>}</p>
          </div>
          <Segmented label={t`It stands for`} value={days} onChange={setDays} choices={spans.map((span) => ({ value: span, label: plural(Number(span), { one: "# day", other: "# days" }) }))} />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" isDisabled={isBusy || (share === fresh && name.trim() === "")}>{t`Make the invitation`}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
