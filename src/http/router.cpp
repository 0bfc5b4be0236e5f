#include "http/router.h"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::size_t kMethodCount = kMethods.size();

std::vector<std::string_view> segments_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return split(path, '/');
}

std::vector<std::string> decoded_segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (const std::string_view segment : segments_of(path)) {
    segments.push_back(decode_percent(segment).value_or(std::string{segment}));
  }
  return segments;
}

std::string joined_from(const std::vector<std::string>& segments, std::size_t first) {
  std::string path;
  for (std::size_t at = first; at < segments.size(); ++at) path += (at == first ? "" : "/") + segments[at];
  return path;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }
bool is_rest(std::string_view segment) { return is_parameter(segment) && segment.ends_with("...}"); }

std::string parameter_name(std::string_view segment) {
  const std::size_t closing = is_rest(segment) ? 4 : 1;
  return std::string{segment.substr(1, segment.size() - 1 - closing)};
}

}  // namespace

struct Router::Node {
  struct Line {
    const Route* route = nullptr;
    std::vector<std::string> names;  // of the parameters, in the order of the pattern
  };
  using Lines = std::array<Line, kMethodCount>;

  Lines here;
  Lines rest;  // for the pattern that ends in {name...}
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> variable;
};

namespace {

// Walks the trie for one path; what it passes on the way to an answer is remembered for a 405.
struct Search {
  Method method;
  std::vector<std::string> segments;
  std::vector<std::string> captured;
  std::array<bool, kMethodCount> allowed{};
};

template <class Lines>
const auto* choose(const Lines& lines, Search& search) {
  const auto* line = &lines[static_cast<std::size_t>(search.method)];
  if (line->route == nullptr && search.method == Method::kHead) line = &lines[static_cast<std::size_t>(Method::kGet)];
  if (line->route != nullptr) return line;
  for (std::size_t i = 0; i < kMethodCount; ++i) search.allowed[i] = search.allowed[i] || lines[i].route != nullptr;
  return static_cast<decltype(line)>(nullptr);
}

// Literals first, then {name}, then {name...}: the first that has the method answers.
template <class Node>
const typename Node::Line* descend(const Node& node, std::size_t depth, Search& search) {
  if (depth == search.segments.size()) return choose(node.here, search);
  const std::string& segment = search.segments[depth];
  if (const auto found = node.literals.find(segment); found != node.literals.end()) {
    if (const auto* line = descend(*found->second, depth + 1, search)) return line;
  }
  if (node.variable && !segment.empty()) {
    search.captured.push_back(segment);
    if (const auto* line = descend(*node.variable, depth + 1, search)) return line;
    search.captured.pop_back();
  }
  if (segment.empty() && depth + 1 == search.segments.size()) return nullptr;
  const auto allowed = search.allowed;
  const auto* line = choose(node.rest, search);
  if (line != nullptr) search.captured.push_back(joined_from(search.segments, depth));
  // A page that catches every path says nothing about which methods a path knows.
  if (depth == 0) search.allowed = allowed;
  return line;
}

}  // namespace

void Router::add(std::vector<Route> routes) {
  if (!root_) root_ = std::make_shared<Node>();
  for (Route& route : routes) {
    routes_.push_back(std::make_unique<Route>(std::move(route)));
    const Route& added = *routes_.back();
    Node* node = root_.get();
    Node::Lines* lines = nullptr;
    std::vector<std::string> names;
    for (const std::string_view segment : segments_of(added.pattern)) {
      check(lines == nullptr, "{name...} stands only at the end of a pattern");
      if (is_parameter(segment)) names.push_back(parameter_name(segment));
      if (is_rest(segment)) {
        lines = &node->rest;
        continue;
      }
      auto& next = is_parameter(segment) ? node->variable : node->literals[std::string{segment}];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    if (lines == nullptr) lines = &node->here;
    Node::Line& line = (*lines)[static_cast<std::size_t>(added.method)];
    check(line.route == nullptr, "two routes of the same method and shape");
    line = {&added, std::move(names)};
  }
}

Router::Match Router::find(Method method, std::string_view encoded_path) const {
  Match match{};
  if (!root_) return match;
  Search search{.method = method, .segments = decoded_segments_of(encoded_path), .captured = {}};
  const auto* line = descend(*root_, 0, search);
  // People and proxies add a slash at the end; no route of ours differs by it.
  if (line == nullptr && search.segments.size() > 1 && search.segments.back().empty()) {
    search.segments.pop_back();
    line = descend(*root_, 0, search);
  }
  if (line != nullptr) {
    match.route = line->route;
    for (std::size_t i = 0; i < line->names.size(); ++i) {
      match.parameters.emplace_back(line->names[i], std::move(search.captured[i]));
    }
    return match;
  }
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    if (!search.allowed[i]) continue;
    match.allowed.push_back(kMethods[i]);
    const bool has_head = search.allowed[static_cast<std::size_t>(Method::kHead)];
    if (kMethods[i] == Method::kGet && !has_head) match.allowed.push_back(Method::kHead);
  }
  return match;
}

}  // namespace weighhouse::http
