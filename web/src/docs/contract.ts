// The contract as /openapi.json gives it, made into what the page shows: operations in groups, with every reference followed.
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  enum?: ReadonlyArray<string | number>;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  oneOf?: readonly Schema[];
  nullable?: boolean;
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Ref {
  $ref: string;
}

interface Media {
  schema?: Schema;
}

interface RawAnswer {
  description?: string;
  content?: Record<string, Media>;
}

interface RawOperation {
  operationId?: string;
  tags?: readonly string[];
  summary?: string;
  description?: string;
  parameters?: ReadonlyArray<Parameter | Ref>;
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, RawAnswer | Ref>;
  "x-permission"?: string;
}

export interface Contract {
  info: { title: string; version: string; description?: string };
  tags?: ReadonlyArray<{ name: string; description?: string }>;
  paths: Record<string, Record<string, RawOperation | ReadonlyArray<Parameter | Ref>>>;
  components?: Record<string, Record<string, unknown>>;
}

export interface Body {
  required: boolean;
  type: string;
  schema: Schema;
}

export interface Answer {
  status: string;
  description: string;
  type: string | undefined;
  schema: Schema | undefined;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  // The same route also stands below a namespace.
  inNamespaces: boolean;
  groups: readonly string[];
  summary: string;
  description: string;
  permission: string;
  parameters: Parameter[];
  body: Body | undefined;
  answers: Answer[];
}

const kPlain = "/api/models/{model}";
const isPlain = (path: string): boolean => path.startsWith(kPlain);
export const twinOf = (path: string): string => path.replace("/api/", "/api/namespaces/{namespace}/");

const kMethods = ["get", "post", "put", "patch", "delete"];

// `#/components/schemas/Model` → the thing itself; what is no reference is itself already.
export function follow<T>(contract: Contract, thing: T | Ref): T {
  const reference = (thing as Ref).$ref;
  if (typeof reference !== "string") return thing as T;
  const [, , room, name] = reference.split("/");
  const found = contract.components?.[room ?? ""]?.[name ?? ""];
  return (found ?? {}) as T;
}

function operationOf(contract: Contract, path: string, method: string, raw: RawOperation, shared: ReadonlyArray<Parameter | Ref>): Operation {
  const [bodyType, bodyMedia] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
  const answers = Object.entries(raw.responses).map(([status, given]) => {
    const answer = follow<RawAnswer>(contract, given);
    const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
    return { status, description: answer.description ?? "", type, schema: media?.schema };
  });
  return {
    id: raw.operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    inNamespaces: isPlain(path) && contract.paths[twinOf(path)]?.[method] !== undefined,
    groups: raw.tags ?? ["other"],
    summary: raw.summary ?? "",
    description: raw.description ?? "",
    permission: raw["x-permission"] ?? "",
    parameters: [...shared, ...(raw.parameters ?? [])].map((one) => follow<Parameter>(contract, one)),
    body: bodyType === undefined ? undefined : { required: raw.requestBody?.required ?? false, type: bodyType, schema: bodyMedia?.schema ?? {} },
    answers,
  };
}

// Routes that stand twice, once below a namespace, are told once.
export function operationsOf(contract: Contract): Operation[] {
  const twins = new Set(Object.keys(contract.paths).filter(isPlain).map(twinOf));
  return Object.entries(contract.paths).filter(([path]) => !twins.has(path)).flatMap(([path, item]) => {
    const shared = (item.parameters ?? []) as ReadonlyArray<Parameter | Ref>;
    return kMethods.flatMap((method) => {
      const raw = item[method] as RawOperation | undefined;
      return raw ? [operationOf(contract, path, method, raw, shared)] : [];
    });
  });
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

// In the order of the contract's tags; an operation stands in the first group that it names.
export function groupsOf(contract: Contract, operations: readonly Operation[]): Group[] {
  const named = contract.tags ?? [];
  const others = [...new Set(operations.map((one) => one.groups[0]!))].filter((name) => !named.some((tag) => tag.name === name));
  return [...named, ...others.map((name) => ({ name, description: "" }))]
    .map((tag) => ({ name: tag.name, description: tag.description ?? "", operations: operations.filter((one) => one.groups[0] === tag.name) }))
    .filter((group) => group.operations.length > 0);
}

// Every word must be found, in whatever order: “alias put” finds PUT …/aliases/{alias}.
export function matches(operation: Operation, search: string): boolean {
  const text = `${operation.method} ${operation.path} ${operation.id} ${operation.summary}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
