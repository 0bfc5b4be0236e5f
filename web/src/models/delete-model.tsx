import { ask } from "../api/client";
import { modelApi } from "../api/paths";
import type { Deleted, Model } from "../api/types";
import { counted, formatDate } from "../base/format";
import { Confirm } from "../ui/dialog";
import { toast } from "../ui/toast";
import { forgetList } from "./kept-list";
import { titleOf } from "./naming";

export async function restore(trashId: string): Promise<Model> {
  const model = await ask<Model>(`/api/trash/${encodeURIComponent(trashId)}/restore`, { method: "POST" });
  forgetList();
  return model;
}

interface Props {
  model: Model;
  onClose: () => void;
  // Shows that it is gone, and answers with what shows it again after an undo.
  onDeleted: () => () => void;
}

export function DeleteModel({ model, onClose, onDeleted }: Props) {
  const title = titleOf(model);
  const remove = async () => {
    const deleted = await ask<Deleted>(modelApi(model), { method: "DELETE" });
    const showAgain = onDeleted();
    const until = deleted.purge_at ? ` It stays there until ${formatDate(deleted.purge_at)}.` : "";
    toast(`${title} is in the trash.${until}`, { label: "Undo", run: async () => { await restore(deleted.trash_id); showAgain(); } });
  };
  return (
    <Confirm title={`Delete ${title}?`} action="Move to trash" danger onConfirm={remove} onClose={onClose}>
      <p><span class="mono">{model.reference}</span> with {counted(model.version_count, "version")} moves to the trash, and its folder leaves the library.</p>
      <p class="muted">Nothing is lost yet: “Undo” brings it back as it was, also later from the trash.</p>
    </Confirm>
  );
}
