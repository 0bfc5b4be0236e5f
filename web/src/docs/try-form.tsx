import { useEffect, useRef, useState } from "preact/hooks";
import { unreachable } from "../api/client";
import { Snippet } from "../ui/copy";
import { AnswerView, send, type Shown } from "./answer";
import type { Contract, Operation, Parameter } from "./contract";
import { addressOf, curlOf, keyOf, kNamespace, missing, readHeaders, type Values } from "./request";
import { exampleOf, typeText } from "./schema-text";

interface FieldProps {
  contract: Contract;
  parameter: Parameter;
  value: string;
  onValue: (value: string) => void;
}

function ParameterField({ contract, parameter, value, onValue }: FieldProps) {
  const { schema } = parameter;
  const choices = schema?.enum ?? (schema?.type === "boolean" ? ["true", "false"] : undefined);
  return (
    <label class="field">
      <span><code>{parameter.name}</code> <span class="muted">{parameter.required ? "required" : parameter.in === "path" ? "optional" : typeText(contract, schema)}</span></span>
      {choices
        ? <select value={value} onChange={(event) => onValue(event.currentTarget.value)}><option value="">as the server has it</option>{choices.map((choice) => <option key={choice} value={String(choice)}>{choice}</option>)}</select>
        : <input class="input mono" value={value} required={parameter.required ?? false} onInput={(event) => onValue(event.currentTarget.value)} />}
      {parameter.description && <span class="hint">{parameter.description.replace(/`/g, "")}</span>}
    </label>
  );
}

interface Props {
  contract: Contract;
  operation: Operation;
  token: string;
  onToken: (token: string) => void;
}

// Sends the request for real, with the session of this browser or with the token that is given here.
export function TryForm({ contract, operation, token, onToken }: Props) {
  const isJson = operation.body?.type === "application/json";
  const [values, setValues] = useState<Values>({});
  const [body, setBody] = useState(() => (isJson ? JSON.stringify(exampleOf(contract, operation.body!.schema), null, 2) : ""));
  const [file, setFile] = useState<File>();
  const [extra, setExtra] = useState("");
  const [shown, setShown] = useState<Shown>();
  const [error, setError] = useState<Error>();
  const running = useRef<AbortController>();
  useEffect(() => () => running.current?.abort(), []);

  const { headers: own, wrong } = readHeaders(extra);
  const headers: Record<string, string> = { ...own };
  if (token !== "") headers.authorization = `Bearer ${token}`;
  if (operation.body && (isJson ? body !== "" : file)) headers["content-type"] = operation.body.type;
  const parameters = operation.inNamespaces ? [kNamespace, ...operation.parameters] : operation.parameters;
  const address = addressOf(operation, values);
  const absent = missing(operation, values);
  const changes = operation.method !== "GET";

  const submit = (event: Event) => {
    event.preventDefault();
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setError(undefined);
    setShown(undefined);
    const given = isJson ? body : file;
    const init: RequestInit = { method: operation.method, headers, signal: abort.signal, credentials: "same-origin", ...(changes && given ? { body: given } : {}) };
    send(address, init, (next) => !abort.signal.aborted && setShown(next)).catch(() => !abort.signal.aborted && setError(unreachable()));
  };
  const stop = () => {
    running.current?.abort();
    setShown((now) => now && { ...now, running: false, cut: true });
  };
  return (
    <form class="stack" onSubmit={submit}>
      {parameters.length > 0 && (
        <div class="docs-fields">
          {parameters.map((one) => <ParameterField key={keyOf(one)} contract={contract} parameter={one} value={values[keyOf(one)] ?? ""} onValue={(value) => setValues((now) => ({ ...now, [keyOf(one)]: value }))} />)}
        </div>
      )}
      {operation.body && isJson && <label class="field"><span>Body</span><textarea class="mono docs-body" value={body} spellcheck={false} onInput={(event) => setBody(event.currentTarget.value)} /></label>}
      {operation.body && !isJson && <label class="field"><span>Body <span class="muted">{operation.body.type}</span></span><input class="input" type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} /></label>}
      <details>
        <summary>Token and headers</summary>
        <div class="docs-fields docs-more">
          <label class="field"><span>Token</span><input class="input mono" type="password" autocomplete="off" value={token} onInput={(event) => onToken(event.currentTarget.value.trim())} /><span class="hint">Empty: as this browser is signed in. Forgotten when the page is left.</span></label>
          <label class="field"><span>Headers</span><textarea class="mono" value={extra} placeholder="If-Match: &quot;3&quot;" spellcheck={false} aria-invalid={wrong !== undefined ? "true" : undefined} onInput={(event) => setExtra(event.currentTarget.value)} />{wrong !== undefined && <span class="bad-text small">“{wrong}” is no header. Write “Name: value”.</span>}</label>
        </div>
      </details>
      <div class="row">
        <button type="submit" class={operation.method === "DELETE" ? "button danger" : "button main"} disabled={absent.length > 0 || wrong !== undefined}>Send</button>
        {shown?.running && <button type="button" class="button" onClick={stop}>Stop</button>}
        {absent.length > 0 ? <span class="muted small">Still needed: {absent.join(", ")}</span> : changes && <span class="muted small">This is the real server: what you send is done.</span>}
      </div>
      <AnswerView shown={shown} error={error} />
      <Snippet label="the same with curl" text={curlOf({ method: operation.method, url: window.location.origin + address, headers, body: isJson ? body : undefined, file: file?.name })} />
    </form>
  );
}
