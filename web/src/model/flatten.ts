// Nested metadata as rows that a person can read: `training_config.dropout` → 0.5.
export function flatten(value: unknown, path = ""): Array<[path: string, text: string]> {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object" || item === null)) return [[path, value.map(String).join(", ")]];
    return value.flatMap((item, index) => flatten(item, `${path}[${index}]`));
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
  }
  return [[path, value === null ? "–" : String(value)]];
}
