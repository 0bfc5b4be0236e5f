#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace weighhouse::registry {

// The words by which people name things. Each is parsed at the border and trusted inside.

// 1-128 of [A-Za-z0-9._-], starting with a letter or digit; not one of the reserved words. Compared and
// looked up without regard to case (`folded`), shown as it was written.
class ModelName {
 public:
  static Result<ModelName> parse(std::string_view text);
  // From free text in any script: what is left of it after unfit characters became "-".
  static Result<ModelName> derive(std::string_view free_text);
  const std::string& text() const { return text_; }
  std::string folded() const;
  bool operator==(const ModelName& other) const { return folded() == other.folded(); }

 private:
  explicit ModelName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The same alphabet as a name; a folder of the library.
class Namespace {
 public:
  static Result<Namespace> parse(std::string_view text);
  static Namespace custom() { return Namespace{"custom"}; }
  static Namespace standard() { return Namespace{"default"}; }  // what ships with the program
  const std::string& text() const { return text_; }
  auto operator<=>(const Namespace&) const = default;

 private:
  explicit Namespace(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// A model as it is written: "jarvis" or "whisper/base". Without a namespace it is looked up in `custom`,
// then `default`, and made in `custom`.
struct ModelRef {
  std::optional<Namespace> name_space;
  ModelName name;
  static Result<ModelRef> parse(std::string_view text);
  std::string to_string() const;
};

class VersionNumber {
 public:
  explicit VersionNumber(std::int64_t value) : value_(value) {}
  static Result<VersionNumber> parse(std::string_view text);
  std::int64_t value() const { return value_; }
  auto operator<=>(const VersionNumber&) const = default;

 private:
  std::int64_t value_;
};

// An alias or a label: 1-128 of [A-Za-z0-9._+-] with at least one non-digit, so that digits always mean a
// number. Case counts.
class VersionWord {
 public:
  static Result<VersionWord> parse(std::string_view text);
  static VersionWord current() { return VersionWord{"current"}; }
  const std::string& text() const { return text_; }
  auto operator<=>(const VersionWord&) const = default;

 private:
  explicit VersionWord(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// What may stand behind the "@": a number, or an alias or label.
using VersionRef = std::variant<VersionNumber, VersionWord>;
Result<VersionRef> parse_version_ref(std::string_view text);
std::string to_string(const VersionRef& ref);

// "jarvis", "jarvis@3", "whisper/base@production". Nothing behind the name means `current`.
struct Reference {
  ModelRef model;
  std::optional<VersionRef> version;
  static Result<Reference> parse(std::string_view text);
  std::string to_string() const;
};

// A path inside a version: relative, "/" between components, UTF-8 without control characters, no empty,
// "." or ".." component, no backslash or drive letter; at most 255 bytes a component and 1024 in all.
class FilePath {
 public:
  static Result<FilePath> parse(std::string_view text);
  const std::string& text() const { return text_; }
  std::string_view name() const;       // the last component
  std::string_view extension() const;  // with its dot, lower or upper as written; empty for none
  auto operator<=>(const FilePath&) const = default;

 private:
  explicit FilePath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Keys of tags: 1-250 bytes of UTF-8 without control characters (what MLflow accepts and more).
Result<std::string> parse_tag_key(std::string_view text);
// Names of metrics: 1-250 of [A-Za-z0-9._/ -].
Result<std::string> parse_metric_name(std::string_view text);

}  // namespace weighhouse::registry
