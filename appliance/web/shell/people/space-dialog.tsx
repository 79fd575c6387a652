import type { PeopleView } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Switch, TextField, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { useMakeSpace } from "./make-space";

/** Makes a space that can be shared. */
export function SpaceDialog({ people, onClose, onDone }: { people: PeopleView; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const make = useMakeSpace(people);
  const toast = useToast();
  const { attempt, isBusy, error } = useAttempt();
  const [name, setName] = useState("");
  const [fromNowOn, setFromNowOn] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await make(name, fromNowOn);
      toast({ text: t`“${name.trim()}” is made. Nobody else is in it yet.` });
      onDone();
      onClose();
    });
  };
  return (
    <Dialog title={t`New space`} width="narrow" isOpen onClose={onClose}>
      <form onSubmit={submit} className="contents">
        <DialogBody>
          {error && <Banner tone="danger" title={error} />}
          <p className="text-ink-2"><Trans>A space has tasks and a key of its own. Who is let in reads what is in it, and nothing else of yours.</Trans></p>
          <SpaceFields name={name} onName={setName} fromNowOn={fromNowOn} onFromNowOn={setFromNowOn} />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" isDisabled={isBusy || name.trim() === ""}>{t`Make it`}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** What a new space is asked: its name, and what who comes later reads. */
export function SpaceFields({ name, onName, fromNowOn, onFromNowOn }: { name: string; onName: (name: string) => void; fromNowOn: boolean; onFromNowOn: (on: boolean) => void }) {
  const { t } = useLingui();
  return (
    <>
      <TextField label={t`Name of the space`} placeholder={t`Family, for example`} value={name} onChange={onName} />
      <Switch label={t`From now on only`} hint={t`Who is let in reads what is written after, and nothing from before. It cannot be changed later.`} isSelected={fromNowOn} onChange={onFromNowOn} />
    </>
  );
}
