import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { navigate } from "../base/location";
import { Icon } from "../ui/icons";
import { toast, toastError } from "../ui/toast";
import { filesOfDrop, type AddedFile } from "./dropped";
import { dropTaker } from "./drop-taker";

// The intake itself is loaded with the first file.
export async function takeIn(files: AddedFile[]): Promise<void> {
  if (files.length === 0) return toast("There was no file in that. Drop files or a folder that holds some.");
  const { addFiles } = await import("./intake");
  addFiles(files);
  navigate("/upload");
}

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

// Files can be dropped anywhere, on any page.
export function IntakeGate({ children }: { children: ComponentChildren }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      filesOfDrop(event.dataTransfer!).then(dropTaker.get()?.take ?? takeIn).catch(toastError);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
  return (
    <>
      {children}
      {over && <div class="drop-veil" aria-hidden="true"><div><Icon name="scale" />{dropTaker.get()?.invitation ?? "Let go to see what is inside"}</div></div>}
    </>
  );
}
