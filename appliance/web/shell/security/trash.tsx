import { TrashScreen } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";
import { useProblemWords } from "../problem-words";
import { StepUpProvider, useStepUp } from "./step-up";

/** The trash, with the verification that erasing for good asks for. */
export function TrashPage() {
  return <StepUpProvider><Trash /></StepUpProvider>;
}

function Trash() {
  const { t } = useLingui();
  const stepUp = useStepUp();
  const explain = useProblemWords();
  return <TrashScreen explain={explain} verify={() => stepUp(t`Erasing for good cannot be taken back, so your passkey is asked for once more. It then counts for a few minutes.`)} />;
}
