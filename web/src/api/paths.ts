// Addresses of things: in the API, and in the dashboard.
export interface ModelKey {
  namespace: string;
  name: string;
}

const part = encodeURIComponent;

export const modelApi = ({ namespace, name }: ModelKey): string => `/api/namespaces/${part(namespace)}/models/${part(name)}`;
export const versionApi = (key: ModelKey, version: number | string): string => `${modelApi(key)}/versions/${part(String(version))}`;
export const fileApi = (key: ModelKey, version: number | string, path: string): string =>
  `${versionApi(key, version)}/files/${path.split("/").map(part).join("/")}`;
export const zipApi = (key: ModelKey, version?: number | string): string =>
  version === undefined ? `${modelApi(key)}/download` : `${versionApi(key, version)}/download`;

export const modelPage = ({ namespace, name }: ModelKey): string => `/models/${part(namespace)}/${part(name)}`;

// `custom/jarvis@3` or `custom/jarvis` to its parts.
export function parseReference(reference: string): (ModelKey & { version?: string }) | undefined {
  const match = /^([^/@]+)\/([^/@]+)(?:@(.+))?$/.exec(reference);
  if (!match) return undefined;
  const key = { namespace: match[1]!, name: match[2]! };
  return match[3] === undefined ? key : { ...key, version: match[3] };
}
