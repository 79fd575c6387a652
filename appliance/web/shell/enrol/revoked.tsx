import { Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { Gate } from "./gate";

export function Revoked() {
  const { t } = useLingui();
  return (
    <Gate title={t`This device was revoked`} lead={<Trans>Its keys are void and what was stored here has been erased. Copies that were made of this device before, and what somebody read, cannot be erased from afar.</Trans>}>
      <div><Button onPress={() => location.reload()}>{t`Add it anew`}</Button></div>
    </Gate>
  );
}
