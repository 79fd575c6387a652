import { type PeopleView, type PersonRole, type ShareChoice, useLife } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Select, useToast } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "../security/step-up";
import { type Known, managedSpaces } from "./known";
import { RoleChoice } from "./role-choice";
import { useNames, useRefusals } from "./words";

/** Gives somebody whose words were compared a space, in a role. */
export function ShareDialog({ person, people, wanted, onClose, onDone }: { person: Known; people: PeopleView; wanted: ShareChoice | null; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const names = useNames();
  const refused = useRefusals();
  const { attempt, isBusy, error } = useAttempt();
  const free = managedSpaces(people).filter(({ space }) => !person.places.some((place) => place.space.space === space && place.person.role !== null));
  const [space, setSpace] = useState(wanted?.space ?? free[0]?.space ?? "");
  const [role, setRole] = useState<PersonRole>(wanted?.role ?? "member");
  const own = free.find((each) => each.space === space)?.role ?? "member";
  const name = names.person(person);
  const give = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      if (!(await stepUp())) return;
      await refused(client.call({ type: "personAdd", space, account: person.account, role }));
      toast({ text: t`“${names.space(free.find((each) => each.space === space))}” is shared with ${name}.` });
      onDone();
      onClose();
    });
  };
  return (
    <Dialog title={t`Share a space with ${name}`} width="narrow" isOpen onClose={onClose}>
      <form onSubmit={give} className="contents">
        <DialogBody>
          {error && <Banner tone="danger" title={error} />}
          <Select label={t`Space`} value={space} onChange={setSpace} choices={free.map((each) => ({ value: each.space, label: names.space(each) }))} />
          <RoleChoice label={t`Role in it`} value={role} onChange={setRole} upTo={own} />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" isDisabled={isBusy || space === ""}>{t`Share it`}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
