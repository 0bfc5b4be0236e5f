// A tag as one writes it: `team = audio`; a word alone is a key with the value “yes”.
export function readTag(text: string): { key: string; value: string } | undefined {
  const [key = "", ...rest] = text.split("=");
  if (key.trim() === "") return undefined;
  return { key: key.trim(), value: rest.length === 0 ? "yes" : rest.join("=").trim() };
}
