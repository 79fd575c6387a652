/** Names one gesture: 16 random bytes in hex. A call that is asked again under its name is done once. */
export function makeIntent(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
