import { useRef } from "preact/hooks";
import { Icon } from "../ui/icons";
import { toastError } from "../ui/toast";
import { filesOfPicker } from "./dropped";
import { takeIn } from "./gate";

export function FilePicker() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const chosen = filesOfPicker(input.files!);
    input.value = "";
    takeIn(chosen).catch(toastError);
  };
  return (
    <div class="row picker">
      <input ref={files} type="file" multiple hidden aria-label="Files of a model" data-picker="files" onChange={take} />
      <input ref={(element) => { element?.setAttribute("webkitdirectory", ""); folder.current = element; }} type="file" hidden aria-label="Folder of a model" data-picker="folder" onChange={take} />
      <button type="button" class="button main" onClick={() => files.current?.click()}><Icon name="file" />Choose files</button>
      <button type="button" class="button" onClick={() => folder.current?.click()}><Icon name="folder" />Choose a folder</button>
    </div>
  );
}
