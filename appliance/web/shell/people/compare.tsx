import { type ShareChoice, useLife } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Words } from "../enrol/join";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "../security/step-up";
import { useRefusals } from "./words";

/** Whose words are to be compared, and what they are given once these are the same. */
export type ToCompare = { account: string; name: string | null; words: readonly string[]; share: ShareChoice | null };

/** Six words, compared by voice or side by side: what ties an account to a person. Only then is a space given. */
export function Compare({ person, onClose, onDone }: { person: ToCompare; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const refused = useRefusals();
  const { attempt, isBusy, error } = useAttempt();
  const [differ, setDiffer] = useState(false);
  const same = () =>
    attempt(async () => {
      const { account, share } = person;
      if (share && !(await stepUp())) return;
      await refused(client.call({ type: "personVerify", account }));
      if (share) await refused(client.call({ type: "personAdd", account, ...share }));
      toast({ text: share ? t`Compared, and the space is shared.` : t`Compared.` });
      onDone();
      onClose();
    });
  const title = person.name ? t`Compare words with ${person.name}` : t`Compare words`;
  return (
    <Dialog title={title} width="narrow" isOpen onClose={onClose}>
      <DialogBody>
        {error && <Banner tone="danger" title={error} />}
        {differ ? (
          <Banner tone="danger" title={t`Then it is not their account`}><Trans>Somebody or something stands between you. Nothing was shared. Do not go on with this one: end the invitation, make a new one, and ask who runs the box to look at it.</Trans></Banner>
        ) : (
          <p><Trans>Let the other person read their six words to you, on the phone or face to face. They stand on their page “People”, under “Your words”. Do not send them: what you want to know is that it is they who read them.</Trans></p>
        )}
        <Words words={person.words} />
      </DialogBody>
      <DialogActions>
        {differ ? (
          <Button onPress={onClose}>{t`Close`}</Button>
        ) : (
          <>
            <Button onPress={() => setDiffer(true)}>{t`They differ`}</Button>
            <Button tone="primary" isDisabled={isBusy} onPress={() => void same()}>{t`They are the same`}</Button>
          </>
        )}
      </DialogActions>
    </Dialog>
  );
}
