/** What a passkey answered, fit to travel: no PRF result is in `credential`. */
export type PasskeyAnswer = { credential: string; credentialId: string; prf: string | null; prfEnabled: boolean };

/** Why there is no answer: the person closed the window, or this browser or page cannot do it. */
export class PasskeyFailed extends Error {
  constructor(readonly reason: "cancelled" | "unsupported" | "exists" | "failed") {
    super(reason);
  }
}

/** Whether this browser knows passkeys at all. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";
}

type PrfResults = { prf?: { enabled?: boolean; results?: { first?: ArrayBuffer | Uint8Array } } };

/** Makes a passkey from the options that the box gave. */
export async function makePasskey(options: string, prfSalt: string): Promise<PasskeyAnswer> {
  return answer(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creationOptions(options));
    publicKey.extensions = { ...publicKey.extensions, ...prfInput(prfSalt) } as AuthenticationExtensionsClientInputs;
    return navigator.credentials.create({ publicKey });
  });
}

/** Uses a passkey; the browser shows which ones there are. */
export async function askPasskey(options: string, prfSalt: string | null): Promise<PasskeyAnswer> {
  return answer(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(requestOptions(options));
    if (prfSalt !== null) publicKey.extensions = { ...publicKey.extensions, ...prfInput(prfSalt) } as AuthenticationExtensionsClientInputs;
    return navigator.credentials.get({ publicKey });
  });
}

async function answer(ask: () => Promise<Credential | null>): Promise<PasskeyAnswer> {
  if (!canUsePasskeys()) throw new PasskeyFailed("unsupported");
  let credential: PublicKeyCredential;
  try {
    const given = await ask();
    if (!(given instanceof PublicKeyCredential)) throw new PasskeyFailed("failed");
    credential = given;
  } catch (error) {
    if (error instanceof PasskeyFailed) throw error;
    const name = error instanceof DOMException ? error.name : "";
    throw new PasskeyFailed(name === "NotAllowedError" || name === "AbortError" ? "cancelled" : name === "InvalidStateError" ? "exists" : name === "NotSupportedError" || name === "SecurityError" ? "unsupported" : "failed");
  }
  const results = (credential.getClientExtensionResults() as PrfResults).prf;
  const first = results?.results?.first;
  return {
    credential: withoutPrf(credential.toJSON()),
    credentialId: credential.id,
    prf: first ? base64url(first instanceof Uint8Array ? first : new Uint8Array(first)) : null,
    prfEnabled: results?.enabled ?? first !== undefined,
  };
}

/** The credential as JSON. Its extension results would carry the PRF output: it never leaves the device. */
export function withoutPrf(json: object): string {
  const { clientExtensionResults, ...rest } = json as { clientExtensionResults?: Record<string, unknown> };
  const { prf: _secret, ...harmless } = clientExtensionResults ?? {};
  return JSON.stringify({ ...rest, clientExtensionResults: harmless });
}

function prfInput(salt: string) {
  return { prf: { eval: { first: bytes(salt) } } };
}

/** The server may wrap its options in `publicKey`. */
function unwrap(options: string): unknown {
  const parsed = JSON.parse(options) as { publicKey?: unknown };
  return parsed.publicKey ?? parsed;
}
const creationOptions = (options: string) => unwrap(options) as PublicKeyCredentialCreationOptionsJSON;
const requestOptions = (options: string) => unwrap(options) as PublicKeyCredentialRequestOptionsJSON;

export function base64url(value: Uint8Array): string {
  return btoa(String.fromCharCode(...value)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
