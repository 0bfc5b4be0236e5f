// A schema in words: what a field may hold, and a body that one can begin with.
import { follow, type Contract, type Schema } from "./contract";

const nameOf = (schema: Schema): string | undefined => schema.$ref?.split("/").pop();

// “array of Version”, “integer or null”, “read | write”
export function typeText(contract: Contract, schema: Schema | undefined): string {
  if (!schema) return "anything";
  const named = nameOf(schema);
  if (named !== undefined) {
    const meant = follow<Schema>(contract, schema);
    return meant.enum ? typeText(contract, meant) : named;
  }
  const orNull = schema.nullable ? " or null" : "";
  if (schema.enum) return schema.enum.join(" | ") + orNull;
  if (schema.oneOf) return schema.oneOf.map((one) => typeText(contract, one)).join(" or ") + orNull;
  if (schema.type === "array") return `array of ${typeText(contract, schema.items)}${orNull}`;
  if (schema.type === "string" && schema.format === "binary") return `bytes${orNull}`;
  if (schema.type === "string" && schema.format === "date-time") return `time${orNull}`;
  return (schema.type ?? "anything") + orNull;
}

export interface FieldRow {
  path: string;
  type: string;
  required: boolean;
  description: string;
}

const kDeepest = 4;

// The fields of an object, those of what it holds behind them: `files[].path`. A schema that holds itself is told once.
export function fieldRows(contract: Contract, schema: Schema | undefined, before = "", within: readonly string[] = []): FieldRow[] {
  if (!schema || within.length >= kDeepest) return [];
  const name = nameOf(schema);
  if (name !== undefined && within.includes(name)) return [];
  const meant = follow<Schema>(contract, schema);
  const inside = [...within, name ?? before];
  if (meant.type === "array") return fieldRows(contract, meant.items, `${before}[]`, inside);
  return Object.entries(meant.properties ?? {}).flatMap(([key, field]) => {
    const path = before === "" ? key : `${before}.${key}`;
    const row = { path, type: typeText(contract, field), required: meant.required?.includes(key) ?? false, description: field.description ?? follow<Schema>(contract, field).description ?? "" };
    return [row, ...fieldRows(contract, field, path, inside)];
  });
}

// The smallest body that the schema allows: what is required, with a value of the right sort.
export function exampleOf(contract: Contract, schema: Schema | undefined, depth = 0): unknown {
  const meant = schema && follow<Schema>(contract, schema);
  if (!meant || depth > kDeepest) return {};
  if (meant.default !== undefined) return meant.default;
  if (meant.enum) return meant.enum[0];
  if (meant.oneOf) return exampleOf(contract, meant.oneOf[0], depth + 1);
  switch (meant.type) {
    case "array": return [exampleOf(contract, meant.items, depth + 1)];
    case "boolean": return false;
    case "integer": case "number": return meant.minimum ?? 1;
    case "string": return meant.format === "date-time" ? "2026-01-06T15:00:00Z" : "";
    default: {
      const fields = Object.entries(meant.properties ?? {});
      const shown = meant.required ? fields.filter(([key]) => meant.required!.includes(key)) : fields;
      return Object.fromEntries(shown.map(([key, field]) => [key, exampleOf(contract, field, depth + 1)]));
    }
  }
}
