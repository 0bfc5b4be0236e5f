// A request as the form has it: its address, its headers, and the same as a command.
import { shellQuote } from "../model/commands";
import { twinOf, type Operation, type Parameter } from "./contract";

export type Values = Readonly<Record<string, string>>;

// Two parameters of one name may stand in different places.
export const keyOf = (parameter: Parameter): string => `${parameter.in} ${parameter.name}`;

export const missing = (operation: Operation, values: Values): string[] =>
  operation.parameters.filter((one) => one.required && !values[keyOf(one)]?.trim()).map((one) => one.name);

export const kNamespace: Parameter = { name: "namespace", in: "path", description: "where the model is; without it “custom”, then “default”" };

export function addressOf(operation: Operation, values: Values): string {
  const query = new URLSearchParams();
  const namespace = operation.inNamespaces ? (values[keyOf(kNamespace)]?.trim() ?? "") : "";
  let path = namespace === "" ? operation.path : twinOf(operation.path).replace("{namespace}", encodeURIComponent(namespace));
  for (const parameter of operation.parameters) {
    const value = values[keyOf(parameter)]?.trim() ?? "";
    // The path of a file may hold slashes; every other part may not.
    const part = parameter.name === "path" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
    if (parameter.in === "path" && value !== "") path = path.replace(`{${parameter.name}}`, part);
    if (parameter.in === "query" && value !== "") query.set(parameter.name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

// “Name: value” a line. A line that is none is told, not dropped.
export function readHeaders(text: string): { headers: Record<string, string>; wrong: string | undefined } {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const match = /^([A-Za-z0-9!#$%&'*+.^_|~-]+):\s*(.*)$/.exec(line);
    if (!match) return { headers, wrong: line };
    headers[match[1]!.toLowerCase()] = match[2]!;
  }
  return { headers, wrong: undefined };
}

export interface Sent {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
  file?: string | undefined;
}

export function curlOf({ method, url, headers, body, file }: Sent): string {
  const words = ["curl"];
  if (method !== "GET") words.push("-X", method);
  for (const [name, value] of Object.entries(headers)) {
    // A secret does not belong into a history of commands.
    if (name === "authorization") words.push("-H", `"Authorization: Bearer $WEIGH_TOKEN"`);
    else words.push("-H", shellQuote(`${name}: ${value}`));
  }
  if (file !== undefined) words.push("--data-binary", shellQuote(`@${file}`));
  else if (body !== undefined && body !== "") words.push("-d", shellQuote(body));
  return [...words, shellQuote(url)].join(" ");
}
