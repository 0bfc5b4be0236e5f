#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "client/transport.h"

namespace weighhouse::e2e {

using Files = std::map<std::string, std::string>;  // path to digest

// What a model shows to who looks; all that does not show looks alike.
struct Shown {
  std::map<std::int64_t, Files> versions{};  // none: there is no such model
  std::map<std::string, std::int64_t> aliases{};
  bool operator==(const Shown&) const = default;
};
void PrintTo(const Shown& shown, std::ostream* out);

// A client that changes everything that can be changed, and remembers what a person who watched every answer would
// expect to find. Where no answer came, both the state before and the state after are right.
class Campaign {
 public:
  Campaign(std::string home, unsigned seed) : home_(std::move(home)), random_(seed) {}

  void meet(client::Transport& transport) { transport_ = &transport; }
  // One change, of a kind chosen at random.
  void act();
  // Holds what the server shows against what was promised: all that was touched since the last check and some of the
  // rest, or everything.
  enum class Extent : std::uint8_t { kTouched, kAll };
  void check(Extent extent);
  // Has the library taken in whatever was dropped into it?
  bool has_all_drops();

  std::uint64_t random(std::uint64_t below) { return random_() % below; }
  const std::map<std::string, int>& acknowledged() const { return acknowledged_; }

 private:
  struct Promise {
    Shown certain{};
    std::optional<Shown> possible{};  // while a change is under way
    std::int64_t last = 0;            // the highest number seen: never used again
  };
  struct Trashed {
    std::string name{};
    std::optional<std::int64_t> number{};  // absent: the whole model
    Shown back{};                          // what comes back with it
  };
  struct Upload {
    std::string bytes{};
    std::uint64_t acknowledged = 0;
    bool finished = false;
  };
  enum class Answer : std::uint8_t { kDone, kRefused, kNone };

  void publish(const std::string& name, const Files& files);
  void publish_some();
  void create_upload();
  void advance_upload();
  void move_alias();
  void remove_model();
  void remove_version();
  void restore();
  void purge();
  void collect();
  void drop_folder();

  Answer send(client::Call call, const char* what, boost::json::object* reply = nullptr);
  Answer ask(const char* method, const std::string& target, const boost::json::object& body, const char* what,
             boost::json::object* reply = nullptr);
  // Changes one model from what it shows to `after`.
  Answer change(const std::string& name, const Shown& after, const char* method, const std::string& target,
                const boost::json::object& body, const char* what, boost::json::object* reply = nullptr);
  std::optional<std::string> put_blob(const std::string& bytes);
  std::string some_bytes(std::uint64_t most);
  std::string any_shown();  // empty: there is none

  Shown look(const std::string& name);
  void check_model(const std::string& name);
  void check_file(const std::string& name, std::int64_t number, const std::string& path, const std::string& digest);
  void check_uploads();
  void check_drops();
  void check_list();

  std::string home_;
  std::mt19937_64 random_;
  client::Transport* transport_ = nullptr;
  std::map<std::string, Promise> promises_{};
  std::map<std::string, Trashed> trash_{};  // by the id of the entry
  std::map<std::string, Upload> uploads_{};
  std::map<std::string, std::string> drops_{};  // name to digest of its weights
  std::set<std::string> touched_{};
  std::map<std::string, int> acknowledged_{};
  int names_ = 0;
};

}  // namespace weighhouse::e2e
