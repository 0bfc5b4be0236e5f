// Paths and queries as plain values: no window here, so that the rules are tested without one.
export type Params = Record<string, string>;

// `/models/:ns/:name` against `/models/custom/jarvis`; undefined when it does not fit.
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return undefined;
  const params: Params = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index]!;
    if (!part.startsWith(":")) {
      if (part !== text) return undefined;
      continue;
    }
    try {
      params[part.slice(1)] = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  return params;
}

export type Query = Record<string, string | number | readonly string[] | undefined | null>;

// Empty and absent values leave no trace in the address; of several each stands for itself.
export function withQuery(path: string, values: Query): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(key, String(one));
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
