#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>

#include "formats/testing/safetensors_writer.h"

namespace weighhouse::formats::testing {

// Writes ZIP files for tests, honest ones by default; every field can be made to lie.
struct ZipFileSpec {
  struct Entry {
    std::string name;
    std::string data{};
    std::uint16_t method = 0;  // the data are taken as packed already
    std::uint16_t flags = 0;
    std::uint16_t made_by = 20;
    std::uint32_t attributes = 0;
    bool with_descriptor = false;  // sizes and checksum behind the data, as PyTorch writes them
    std::size_t align_data = 0;    // to a multiple of this, by an extra field
    std::string before{};          // bytes in front of the local header
    // Lies.
    std::optional<std::string> local_name{};
    std::optional<std::uint16_t> local_method{};
    std::optional<std::uint16_t> local_flags{};
    std::optional<std::uint32_t> crc32{};
    std::optional<std::uint32_t> descriptor_crc32{};
    std::optional<std::uint64_t> size_bytes{};
    std::optional<std::uint64_t> stored_bytes{};
    std::optional<std::uint64_t> local_size_bytes{};
    std::optional<std::uint64_t> header_offset{};
  };

  std::vector<Entry> entries{};
  std::string prefix{};   // in front of everything, offsets not adjusted
  std::string comment{};  // honest, in the end record
  std::string suffix{};   // behind everything
  bool zip64 = false;     // with the 64-bit end records, as PyTorch writes them
  std::optional<std::uint64_t> entry_count{};
  std::optional<std::uint64_t> directory_offset{};
  std::optional<std::uint64_t> end64_offset{};
};

inline std::uint32_t checksum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Numbers of so many bytes each, one behind the other.
inline std::string fields(std::initializer_list<std::pair<std::uint64_t, std::size_t>> numbers) {
  std::string bytes;
  for (const auto& [value, count] : numbers) bytes += little_endian(value, count);
  return bytes;
}

// The extra field that moves the data to a multiple, as PyTorch writes it.
inline std::string zip_padding(const ZipFileSpec::Entry& entry, std::size_t position) {
  if (entry.align_data == 0) return {};
  const std::size_t begin = position + 30 + entry.name.size() + 4;
  const std::size_t fill = (entry.align_data - begin % entry.align_data) % entry.align_data;
  return fields({{0x4246, 2}, {fill, 2}}) + std::string(fill, 'Z');
}

// What the directory says of an entry.
struct ZipNumbers {
  explicit ZipNumbers(const ZipFileSpec::Entry& entry)
      : flags(entry.flags | (entry.with_descriptor ? 8U : 0U)),
        crc32(entry.crc32.value_or(checksum_of(entry.data))),
        stored(entry.stored_bytes.value_or(entry.data.size())),
        size(entry.size_bytes.value_or(entry.data.size())) {}
  std::uint64_t flags;
  std::uint64_t crc32;
  std::uint64_t stored;
  std::uint64_t size;
};

// Local header, data and descriptor, to stand at `position`.
inline std::string zip_local_part(const ZipFileSpec::Entry& entry, std::size_t position) {
  const ZipNumbers said{entry};
  const auto extra = zip_padding(entry, position);
  const auto name = entry.local_name.value_or(entry.name);
  const bool later = entry.with_descriptor;
  std::string bytes = "PK\3\4";
  bytes += fields(
      {{20, 2}, {entry.local_flags.value_or(said.flags), 2}, {entry.local_method.value_or(entry.method), 2}, {0, 4}});
  bytes += fields({{later ? 0 : said.crc32, 4},
                   {later ? 0 : said.stored, 4},
                   {later ? 0 : entry.local_size_bytes.value_or(said.size), 4}});
  bytes += fields({{name.size(), 2}, {extra.size(), 2}}) + name + extra + entry.data;
  if (!later) return bytes;
  return bytes + "PK\7\10" +
         fields({{entry.descriptor_crc32.value_or(said.crc32), 4}, {said.stored, 4}, {said.size, 4}});
}

inline std::string zip_directory_record(const ZipFileSpec::Entry& entry, std::size_t header_offset) {
  const ZipNumbers said{entry};
  std::string bytes = "PK\1\2";
  bytes += fields({{entry.made_by, 2},
                   {20, 2},
                   {said.flags, 2},
                   {entry.method, 2},
                   {0, 4},
                   {said.crc32, 4},
                   {said.stored, 4},
                   {said.size, 4}});
  bytes += fields({{entry.name.size(), 2}, {0, 2}, {0, 2}, {0, 2}, {0, 2}, {entry.attributes, 4}});
  return bytes + fields({{entry.header_offset.value_or(header_offset), 4}}) + entry.name;
}

inline std::string write_zip(const ZipFileSpec& spec) {
  std::string file;
  std::string directory;
  for (const auto& entry : spec.entries) {
    file += entry.before;
    directory += zip_directory_record(entry, file.size());
    file += zip_local_part(entry, file.size());
  }
  const std::uint64_t offset = spec.directory_offset.value_or(file.size());
  const std::uint64_t count = spec.entry_count.value_or(spec.entries.size());
  const std::uint64_t end64 = spec.end64_offset.value_or(file.size() + directory.size());
  file += directory;
  if (spec.zip64) {
    file +=
        "PK\6\6" +
        fields({{44, 8}, {20, 2}, {20, 2}, {0, 4}, {0, 4}, {count, 8}, {count, 8}, {directory.size(), 8}, {offset, 8}});
    file += "PK\6\7" + fields({{0, 4}, {end64, 8}, {1, 4}});
  }
  const std::uint64_t short_count = spec.zip64 ? 0xFFFF : count;
  file += "PK\5\6" + fields({{0, 2}, {0, 2}, {short_count, 2}, {short_count, 2}, {directory.size(), 4}});
  file += fields({{spec.zip64 ? 0xFFFFFFFF : offset, 4}, {spec.comment.size(), 2}});
  return spec.prefix + file + spec.comment + spec.suffix;
}

// Raw deflate.
inline std::string deflate(std::string_view bytes) {
  z_stream stream{};
  ::deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

// An honest deflated entry.
inline ZipFileSpec::Entry deflated(std::string name, std::string_view bytes) {
  return {.name = std::move(name),
          .data = deflate(bytes),
          .method = 8,
          .crc32 = checksum_of(bytes),
          .size_bytes = bytes.size()};
}

}  // namespace weighhouse::formats::testing
