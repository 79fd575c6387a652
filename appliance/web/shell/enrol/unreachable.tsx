import { Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { Gate } from "./gate";

export function Unreachable() {
  const { t } = useLingui();
  return (
    <Gate title={t`The box cannot be reached`} lead={<Trans>Nothing is stored in this browser yet, so it needs the box for the first time. Check that the box is on and that you are on its network.</Trans>}>
      <div><Button tone="primary" onPress={() => location.reload()}>{t`Try again`}</Button></div>
    </Gate>
  );
}
