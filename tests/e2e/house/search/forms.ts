/** One way to write a text or a secret, and the bytes that this makes of it. */
export type Form = { form: string; bytes: Buffer };

/** Every form in which a text of plain letters is looked for. */
export function formsOfText(text: string): Form[] {
  const little = Buffer.from(text, "utf16le");
  const big = Buffer.from(little).swap16();
  const percent = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`;
  const escaped = [...text].map(percent).join("");
  return unique([
    ...formsOfBytes(Buffer.from(text)),
    ...formsOfBytes(little).map(({ form, bytes }) => ({ form: form === "raw" ? "UTF-16LE" : `${form} of UTF-16LE`, bytes })),
    { form: "UTF-16BE", bytes: big },
    { form: "URL-encoded", bytes: Buffer.from(escaped) },
    { form: "URL-encoded, capitals", bytes: Buffer.from(escaped.toUpperCase()) },
  ]);
}

/** Every form in which bytes are looked for: as they are, in hex, and in base64 wherever they begin in it. */
export function formsOfBytes(bytes: Buffer): Form[] {
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = inside(bytes, before);
    return [
      { form: `base64 at ${before}`, bytes: Buffer.from(text) },
      { form: `base64url at ${before}`, bytes: Buffer.from(text.replaceAll("+", "-").replaceAll("/", "_")) },
    ];
  });
  return unique([{ form: "raw", bytes }, { form: "hex", bytes: Buffer.from(hex) }, { form: "hex, capitals", bytes: Buffer.from(hex.toUpperCase()) }, ...base64]);
}

/** The letters of base64 that depend on these bytes alone, when `before` bytes of others stand in front. */
function inside(bytes: Buffer, before: number): string {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  return whole.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
}

function unique(forms: Form[]): Form[] {
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => !seen.has(bytes.toString("latin1")) && seen.add(bytes.toString("latin1")));
}
