#include "dialects/superb/call.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

Result<PageWish> page_of(const Arguments& arguments) {
  constexpr std::int64_t kMost = 100;
  PageWish wish;
  if (const auto length = arguments.find_integer("length")) {
    if (*length < 1 || *length > kMost) {
      return fail(ErrorCode::kInvalidArgument, "\"length\" is from 1 to " + std::to_string(kMost) + ", not " +
                                                   std::to_string(*length) + ". Ask for the rest with \"cursor\".");
    }
    wish.length = static_cast<std::size_t>(*length);
  }
  wish.cursor = arguments.text("cursor");
  return wish;
}

json::value next_of(const std::string& cursor) { return cursor.empty() ? json::value{} : json::value(cursor); }

Result<std::string> word_of(const Arguments& arguments, std::string_view what,
                            std::initializer_list<const char*> names) {
  std::string all;
  for (const auto* name : names) {
    if (auto word = arguments.find_text(name); word && !word->empty()) return *std::move(word);
    all += (all.empty() ? "\"" : " or \"") + std::string{name} + "\"";
  }
  return fail(ErrorCode::kInvalidArgument, "Say which " + std::string{what} + " is meant: " + all + ".");
}

}  // namespace weighhouse::dialects::superb
