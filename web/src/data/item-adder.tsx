import { useRef, useState } from "preact/hooks";
import { counted } from "../base/format";
import { filesOfPicker, type AddedFile } from "../intake/dropped";
import { useDrops } from "../intake/drop-taker";
import { Icon } from "../ui/icons";
import { toast, toastError } from "../ui/toast";
import { addItems, type Added } from "./add-items";

const kParts: ReadonlyArray<[keyof Added, string]> = [["added", "added"], ["changed", "changed"], ["unchanged", "there already"]];
const wordsOf = (sum: Added) => kParts.flatMap(([key, word]) => (sum[key] > 0 ? `${counted(sum[key], "item")} ${word}` : [])).join(", ");

interface Props {
  dataset: string;
  slice: string | undefined;
  onAdded: () => void;
}

// Takes files, and files that are dropped anywhere on the page, into the dataset and the slice that is shown.
export function ItemAdder({ dataset, slice, onAdded }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [progress, setProgress] = useState<{ sent: number; of: number; abort: AbortController }>();
  const take = async (files: AddedFile[]) => {
    if (progress || files.length === 0) return;
    const abort = new AbortController();
    setProgress({ sent: 0, of: files.length, abort });
    try {
      toast(`${wordsOf(await addItems(dataset, slice, files, abort.signal, (sent) => setProgress({ sent, of: files.length, abort })))}.`);
      onAdded();
    } catch (error) {
      if (abort.signal.aborted) toast("Nothing was added. What was sent is remembered for a while: adding the files again goes on from there.");
      else toastError(error);
    } finally {
      setProgress(undefined);
    }
  };
  useDrops("Let go to add them to the dataset", (files) => void take(files));
  const choose = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement;
    const files = filesOfPicker(field.files!);
    field.value = "";
    void take(files);
  };
  return (
    <span class="row">
      <input ref={input} type="file" multiple hidden aria-label="Files of the dataset" data-picker="items" onChange={choose} />
      {progress
        ? <><span class="muted small" role="status">{progress.sent} of {counted(progress.of, "file")}</span><button type="button" class="button tight" onClick={() => progress.abort.abort()}>Cancel</button></>
        : <button type="button" class="button tight" onClick={() => input.current?.click()}><Icon name="add" />Add files</button>}
    </span>
  );
}
