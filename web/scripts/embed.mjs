// Writes the assembly and the table that put the compressed dashboard into the program's read-only data.
//   node embed.mjs DIST OUT
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));
const names = (await readFile(join(dist, "assets.txt"), "utf8")).split("\n").filter(Boolean);

const symbol = (index) => `weigh_web_${index}`;
const assembly = names.map((name, index) => {
  const [begin, end] = [`${symbol(index)}_begin`, `${symbol(index)}_end`];
  return `.global ${begin}\n.global ${end}\n.balign 16\n${begin}:\n.incbin "${join(dist, name)}.gz"\n${end}:\n.byte 0\n`;
});
await writeFile(join(out, "web_assets.S"), `.section .rodata\n${assembly.join("")}.section .note.GNU-stack,"",@progbits\n`);

const declarations = names.map((_, index) => `extern "C" const char ${symbol(index)}_begin[], ${symbol(index)}_end[];\n`);
const rows = names.map((name, index) =>
  `      {"${name}.gz", {${symbol(index)}_begin, static_cast<std::size_t>(${symbol(index)}_end - ${symbol(index)}_begin)}},\n`);
await writeFile(join(out, "web_assets.cpp"), `#include "web_assets.h"

#include <array>

${declarations.join("")}
namespace weighhouse {
std::span<const EmbeddedFile> web_assets() {
  static const std::array<EmbeddedFile, ${names.length}> files{{
${rows.join("")}  }};
  return files;
}
}  // namespace weighhouse
`);
