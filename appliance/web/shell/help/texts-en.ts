import help from "../../../../docs/guides/en/help.md?raw";
import owner from "../../../../docs/guides/en/owner.md?raw";
import recovery from "../../../../docs/guides/en/recovery.md?raw";

export const texts = { help, owner, recovery };
