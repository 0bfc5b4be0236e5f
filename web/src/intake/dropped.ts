// Files out of a drop or a picker, each with its path below what was dropped.
export interface AddedFile {
  path: string;
  file: File;
}

async function readEntry(entry: FileSystemEntry, into: AddedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a folder in portions and an empty one at its end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return;
    for (const child of portion) await readEntry(child, into);
  }
}

// The entries must be taken before the first wait: a drop's data is gone when its event has ended.
export async function filesOfDrop(data: DataTransfer): Promise<AddedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const loose = [...data.files];
  const files: AddedFile[] = [];
  for (const entry of entries) await readEntry(entry, files);
  return entries.length > 0 ? files : loose.map((file) => ({ path: file.name, file }));
}

export const filesOfPicker = (list: FileList): AddedFile[] => [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
