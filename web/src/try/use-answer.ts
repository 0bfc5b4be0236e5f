import { useEffect, useState } from "preact/hooks";
import type { ModelKey } from "../api/paths";
import type { Answer } from "../api/types";
import { askModel } from "./ask-model";

const kTypingMs = 250;

export interface Answered {
  texts: readonly string[];
  answer: Answer;
}

// Asks while one types, and not for every letter of a quick hand. The older answer stays until its successor is here.
export function useAnswer(model: ModelKey, version: number | string, texts: readonly string[]): { answered: Answered | undefined; error: Error | undefined; asking: boolean } {
  const [state, setState] = useState<{ answered?: Answered | undefined; error?: Error | undefined; asking: boolean }>({ asking: false });
  const asked = texts.join("\n");
  useEffect(() => {
    if (asked === "") {
      setState({ asking: false });
      return undefined;
    }
    const abort = new AbortController();
    setState((now) => ({ ...now, asking: true }));
    const timer = setTimeout(() => {
      askModel(model, version, texts, abort.signal).then(
        (answer) => setState({ answered: { texts, answer }, asking: false }),
        (error: Error) => !abort.signal.aborted && setState({ error, asking: false }),
      );
    }, kTypingMs);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [asked, `${model.namespace}/${model.name}@${version}`]);
  return { answered: state.answered, error: state.error, asking: state.asking };
}
