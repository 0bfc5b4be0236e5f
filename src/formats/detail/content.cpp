#include "formats/detail/content.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "formats/detail/compressed.h"
#include "formats/detail/ggml.h"
#include "formats/detail/little_endian.h"
#include "formats/detail/pickle_machine.h"
#include "formats/detail/pickle_opcodes.h"
#include "formats/detail/tar.h"
#include "formats/detail/zip_directory.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint64_t kLongestSafetensorsHeader = 100'000'000;

bool looks_like_zip(std::string_view head) {
  return head.starts_with("PK\3\4") || head.starts_with("PK\5\6") || head.starts_with("PK\7\10");
}

bool looks_like_audio(std::string_view head) {
  if (head.starts_with("fLaC")) return true;
  const bool is_riff = head.starts_with("RIFF") || head.starts_with("RIFX") || head.starts_with("RF64");
  return is_riff && head.size() >= 12 && head.substr(8, 4) == "WAVE";
}

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

// The wire type of each field of an ONNX ModelProto, or -1.
int model_field_type(std::uint64_t field) {
  switch (field) {
    case 1:  // ir_version
    case 5:  // model_version
      return 0;
    case 2:
    case 3:
    case 4:
    case 6:
    case 7:  // graph
    case 8:  // opset_import
    case 14:
    case 20:
    case 25:
    case 26:
      return 2;
    default:
      return -1;
  }
}

}  // namespace

Result<Ends> Ends::read(const RandomAccess& file) {
  Ends ends;
  ends.size_bytes = file.size_bytes();
  ends.head = TRY(file.read_exactly(0, std::min<std::uint64_t>(ends.size_bytes, kHeadBytes)));
  const auto tail_bytes = std::min<std::uint64_t>(ends.size_bytes, kTailBytes);
  ends.tail = TRY(file.read_exactly(ends.size_bytes - tail_bytes, tail_bytes));
  return ends;
}

bool looks_like_safetensors(const Ends& ends) {
  if (ends.head.size() < 9 || ends.head[8] != '{') return false;
  const auto header_bytes = load_little_endian<std::uint64_t>(ends.head);
  if (header_bytes < 2 || header_bytes > kLongestSafetensorsHeader) return false;
  // An empty object, a key, or space in front of one.
  return ends.head.size() == 9 || ends.head[9] == '"' || ends.head[9] == '}' || ends.head[9] == ' ' ||
         ends.head[9] == '\n';
}

// There is no mark, so the front must be fields that a model has, of the right types, inside the file.
bool looks_like_onnx(const Ends& ends) {
  std::string_view rest = ends.head;
  bool has_version = false;
  std::size_t fields = 0;
  while (!rest.empty()) {
    const auto key = take_varint(rest);
    if (!key || model_field_type(*key >> 3U) != static_cast<int>(*key & 7U)) return false;
    const auto value = take_varint(rest);
    if (!value) return fields >= 2 && has_version;
    const std::uint64_t field = *key >> 3U;
    ++fields;
    if (field == 1) {
      has_version = *value >= 1 && *value < 1000;
      if (!has_version) return false;
    }
    if ((*key & 7U) != 2) continue;
    // The graph is usually longer than what was read here, and may be cut off.
    if (*value > rest.size()) return has_version || (field == 7 && *value <= ends.size_bytes);
    rest.remove_prefix(*value);
  }
  return has_version && fields >= 2;
}

bool looks_like_pickle(std::string_view head) {
  return head.size() >= 3 && head[0] == '\x80' && static_cast<std::uint8_t>(head[1]) <= 5 &&
         find_opcode(static_cast<std::uint8_t>(head[2])) != nullptr;
}

bool looks_like_text(const Ends& ends) {
  const auto is_odd = [](unsigned char c) {
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v') || c == 0x7F;
  };
  std::string_view head = ends.head;
  if (std::ranges::any_of(head, is_odd)) return false;
  // The piece may end within a letter.
  for (std::size_t cut = 0; cut < 4 && cut <= head.size(); ++cut) {
    if (is_utf8(head.substr(0, head.size() - cut))) return cut == 0 || head.size() < ends.size_bytes;
  }
  return false;
}

bool acts_as_pickle(std::string_view head) {
  PickleEvents events;
  const auto pickle = run_pickle(head, events);
  const bool calls = std::ranges::any_of(events.globals, [](const PickleGlobal& global) { return global.called > 0; });
  const bool imports = pickle.end == PickleEnd::kStopped && !events.globals.empty();
  return calls || imports || events.computed_calls > 0 || events.foreign_changes > 0;
}

bool ends_as_pickle(std::string_view head, std::uint64_t size_bytes) {
  PickleEvents events;
  const auto pickle = run_pickle(head, events);
  if (pickle.end != PickleEnd::kStopped || pickle.instructions == 0) return false;
  return head.size() == size_bytes && trim(head.substr(pickle.position)).empty();
}

Family family_of(const Ends& ends) {
  const std::string_view head = ends.head;
  if (head.empty()) return Family::kEmpty;
  if (looks_like_zip(head)) return Family::kZip;
  if (head.starts_with("GGUF")) return Family::kGguf;
  if (is_old_ggml(head)) return Family::kGgml;
  if (looks_like_audio(head)) return Family::kAudio;
  if (head.size() >= 8 && head.substr(4, 4) == "TFL3") return Family::kTflite;
  if (looks_like_safetensors(ends)) return Family::kSafetensors;
  if (looks_like_pickle(head)) return Family::kPickle;
  if (looks_like_compressed_pickle(head)) return Family::kCompressedPickle;
  if (is_tar_header(head)) return Family::kTar;
  if (looks_like_onnx(ends)) return Family::kOnnx;
  if (acts_as_pickle(head) || ends_as_pickle(head, ends.size_bytes)) return Family::kPickle;
  if (looks_like_text(ends)) return Family::kText;
  return ends_like_zip(ends.tail) ? Family::kZip : Family::kNone;
}

}  // namespace weighhouse::formats::detail
