import { fileApi, zipApi } from "../api/paths";
import type { Model, Version } from "../api/types";
import { counted, formatBytes, shortDigest } from "../base/format";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icons";
import { ScrollX } from "../ui/scroll";

export function Files({ model, version }: { model: Model; version: Version }) {
  const files = version.files ?? [];
  const zip = zipApi(model, version.is_current ? undefined : version.version);
  return (
    <section class="sheet flush" aria-labelledby="files-head">
      <header>
        <h2 id="files-head">{counted(files.length, "file")}</h2>
        <span class="muted small">{formatBytes(version.size_bytes)}</span>
        <span class="row push">
          <CopyButton text={window.location.origin + zip} label="Copy the address of the zip">Copy address</CopyButton>
          <a class="button tight" href={zip} download><Icon name="download" />Zip</a>
        </span>
      </header>
      <ScrollX label="Files">
        <table>
          <thead><tr><th scope="col">Path</th><th scope="col">Format</th><th scope="col" class="number">Size</th><th scope="col">SHA-256</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
          <tbody>
            {files.map((file) => {
              const address = fileApi(model, version.version, file.path);
              return (
                <tr key={file.path}>
                  <th scope="row" class="break">{file.path}{file.derived && <> <span class="chip" title="Made from this version; it can be deleted and made again">derived</span></>}</th>
                  <td><span class="chip">{file.format}</span> <span class="muted small">{file.role}</span></td>
                  <td class="number">{formatBytes(file.size_bytes)}</td>
                  <td class="actions"><code title={file.digest}>{shortDigest(file.digest)}</code> <CopyButton text={file.digest} label={`Copy the digest of ${file.path}`} /></td>
                  <td class="actions">
                    <CopyButton text={window.location.origin + address} label={`Copy the address of ${file.path}`} />
                    <a class="button plain square tight" href={address} download aria-label={`Download ${file.path}`} title="Download"><Icon name="download" /></a>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
