#include "registry/names.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"

namespace weighhouse::registry {
namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestKey = 250;
constexpr std::size_t kLongestComponent = 255;
constexpr std::size_t kLongestPath = 1024;

// Folders and routes that stand where a model's name would.
constexpr std::array<std::string_view, 5> kReserved{"list", "recordings", "versions", "downloads", "registry"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }
bool is_word_character(char c) { return is_name_character(c) || c == '+'; }
bool is_metric_character(char c) { return is_name_character(c) || c == '/' || c == ' '; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool is_reserved(std::string_view text) {
  return std::any_of(kReserved.begin(), kReserved.end(),
                     [&](std::string_view word) { return equal_ignoring_case(word, text); });
}

std::string quoted(std::string_view text) { return "\"" + printable(text, 80) + "\""; }

Result<> check_name(std::string_view text, std::string_view subject) {
  const auto what = [&] { return std::string{subject}; };
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, what() + " must not be empty.");
  if (text.size() > kLongestName) {
    return fail(ErrorCode::kInvalidArgument, what() + " has at most 128 characters, and " + quoted(text) + " has " +
                                                 std::to_string(text.size()) + ".");
  }
  if (!std::all_of(text.begin(), text.end(), is_name_character) || !is_alphanumeric(text.front())) {
    return fail(ErrorCode::kInvalidArgument, what() +
                                                 " has letters, digits, \".\", \"_\" and \"-\" and starts with a "
                                                 "letter or digit, and " +
                                                 quoted(text) + " does not.");
  }
  return {};
}

}  // namespace

Result<ModelName> ModelName::parse(std::string_view text) {
  TRY(check_name(text, "The name of a model"));
  if (is_reserved(text)) {
    return fail(ErrorCode::kInvalidArgument,
                quoted(text) + " is a word of the program and cannot name a model. Choose another name.");
  }
  return ModelName{std::string{text}};
}

Result<ModelName> ModelName::derive(std::string_view free_text) {
  const std::string_view text = trim(free_text);
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, "The name of a model must not be empty.");
  std::string name;
  for (const char c : text) {
    if (is_name_character(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  const auto first = std::find_if(name.begin(), name.end(), is_alphanumeric);
  name.erase(name.begin(), first);
  if (name.size() > kLongestName) name.resize(kLongestName);
  while (!name.empty() && name.back() == '-') name.pop_back();
  // A script without any of our letters still gives a name, and the same text always the same one.
  if (name.empty()) name = "model-" + Digest::of(text).hex().substr(0, 10);
  if (is_reserved(name)) name = "model-" + name;
  return ModelName{std::move(name)};
}

std::string ModelName::folded() const { return to_lower(text_); }

Result<Namespace> Namespace::parse(std::string_view text) {
  TRY(check_name(text, "A namespace"));
  // The library keeps what updates fetched in a folder of that name, beside the namespaces.
  if (equal_ignoring_case(text, "downloads")) {
    return fail(ErrorCode::kInvalidArgument, "\"downloads\" is a folder of the program and cannot be a namespace.");
  }
  return Namespace{std::string{text}};
}

Result<ModelRef> ModelRef::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    auto name = TRY(ModelName::parse(text));
    return ModelRef{std::nullopt, std::move(name)};
  }
  if (text.find('/', slash + 1) != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "A model is written as name or namespace/name, not " + quoted(text) + ".");
  }
  auto name_space = TRY(Namespace::parse(text.substr(0, slash)));
  auto name = TRY(ModelName::parse(text.substr(slash + 1)));
  return ModelRef{std::move(name_space), std::move(name)};
}

std::string ModelRef::to_string() const { return name_space ? name_space->text() + "/" + name.text() : name.text(); }

Result<VersionNumber> VersionNumber::parse(std::string_view text) {
  const auto value = all_digits(text) && text.front() != '0' ? parse_int(text) : std::nullopt;
  if (!value) {
    return fail(ErrorCode::kInvalidArgument, "The number of a version is 1, 2, 3 and so on, not " + quoted(text) + ".");
  }
  return VersionNumber{*value};
}

Result<VersionWord> VersionWord::parse(std::string_view text) {
  const bool fits = !text.empty() && text.size() <= kLongestName &&
                    std::all_of(text.begin(), text.end(), is_word_character) && text != "." && text != "..";
  if (!fits) {
    return fail(ErrorCode::kInvalidArgument,
                "An alias or label has 1 to 128 letters, digits, \".\", \"_\", \"+\" and \"-\", and " + quoted(text) +
                    " does not.");
  }
  if (all_digits(text)) {
    return fail(ErrorCode::kInvalidArgument, "An alias or label needs a character that is no digit, since " +
                                                 quoted(text) + " would mean the number of a version.");
  }
  return VersionWord{std::string{text}};
}

Result<VersionRef> parse_version_ref(std::string_view text) {
  if (all_digits(text)) return VersionRef(TRY(VersionNumber::parse(text)));
  return VersionRef(TRY(VersionWord::parse(text)));
}

std::string to_string(const VersionRef& ref) {
  if (const auto* number = std::get_if<VersionNumber>(&ref)) return std::to_string(number->value());
  return std::get<VersionWord>(ref).text();
}

Result<Reference> Reference::parse(std::string_view text) {
  const std::size_t at = text.find('@');
  auto model = TRY(ModelRef::parse(text.substr(0, at)));
  if (at == std::string_view::npos) return Reference{std::move(model), std::nullopt};
  auto version = TRY(parse_version_ref(text.substr(at + 1)));
  return Reference{std::move(model), std::move(version)};
}

std::string Reference::to_string() const {
  return version ? model.to_string() + "@" + registry::to_string(*version) : model.to_string();
}

Result<FilePath> FilePath::parse(std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorCode::kInvalidArgument, "The path " + quoted(text) + " cannot be kept: " + why + ".");
  };
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, "The path of a file must not be empty.");
  if (text.size() > kLongestPath) return refuse("it is longer than 1024 bytes");
  if (!is_utf8(text)) return refuse("it is not UTF-8");
  if (std::any_of(text.begin(), text.end(), is_control)) return refuse("it has control characters");
  if (text.find('\\') != std::string_view::npos) return refuse("it has a backslash; use \"/\" between folders");
  if (text.size() >= 2 && text[1] == ':') return refuse("it begins with a drive letter; it must be relative");
  if (text.front() == '/') return refuse("it must be relative, without \"/\" at its beginning");
  for (const std::string_view component : split(text, '/')) {
    if (component.empty()) return refuse("it has an empty component");
    if (component == "." || component == "..") return refuse("\".\" and \"..\" are not allowed in it");
    if (component.size() > kLongestComponent) return refuse("a component is longer than 255 bytes");
  }
  return FilePath{std::string{text}};
}

std::string_view FilePath::name() const {
  const std::string_view text = text_;
  const std::size_t slash = text.rfind('/');
  return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

std::string_view FilePath::extension() const {
  const std::string_view last = name();
  const std::size_t dot = last.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view{} : last.substr(dot);
}

Result<std::string> parse_tag_key(std::string_view text) {
  if (text.empty() || text.size() > kLongestKey || !is_utf8(text) ||
      std::any_of(text.begin(), text.end(), is_control)) {
    return fail(
        ErrorCode::kInvalidArgument,
        "The key of a tag has 1 to 250 bytes of text without control characters, and " + quoted(text) + " does not.");
  }
  return std::string{text};
}

Result<std::string> parse_metric_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestKey || !std::all_of(text.begin(), text.end(), is_metric_character)) {
    return fail(ErrorCode::kInvalidArgument,
                "The name of a metric has 1 to 250 letters, digits, \".\", \"_\", \"/\", \"-\" and spaces, and " +
                    quoted(text) + " does not.");
  }
  return std::string{text};
}

}  // namespace weighhouse::registry
