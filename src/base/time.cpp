#include "base/time.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse {
namespace {

// Reads exactly `digits` decimal digits at the front of `text` and drops them; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Result<Timestamp> Timestamp::parse(std::string_view text) {
  using namespace std::chrono;
  const auto refuse = [&] {
    return fail(ErrorCode::kInvalidArgument,
                "\"" + printable(text, 60) + "\" is not a time; write it as 2026-01-06T15:00:00Z.");
  };
  std::string_view rest = text;
  const int y = take_digits(rest, 4);
  if (y < 0 || !take(rest, "-")) return refuse();
  const int mo = take_digits(rest, 2);
  if (mo < 0 || !take(rest, "-")) return refuse();
  const int d = take_digits(rest, 2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (d < 0 || !date.ok()) return refuse();
  microseconds moment = sys_days{date}.time_since_epoch();
  if (rest.empty()) return Timestamp{moment};

  if (!take(rest, "Tt ")) return refuse();
  const int h = take_digits(rest, 2);
  if (h < 0 || h > 23 || !take(rest, ":")) return refuse();
  const int mi = take_digits(rest, 2);
  if (mi < 0 || mi > 59) return refuse();
  moment += hours{h} + minutes{mi};
  if (take(rest, ":")) {
    const int s = take_digits(rest, 2);
    if (s < 0 || s > 60) return refuse();
    moment += seconds{s};
    if (take(rest, ".,")) {
      std::int64_t unit = 100'000;
      if (rest.empty() || rest[0] < '0' || rest[0] > '9') return refuse();
      for (int digit = take_digits(rest, 1); digit >= 0; digit = take_digits(rest, 1)) {
        moment += microseconds{digit * unit};
        unit /= 10;
      }
    }
  }
  if (rest.empty() || rest == "Z" || rest == "z") return Timestamp{moment};
  const bool east = rest[0] == '+';
  if (!take(rest, "+-")) return refuse();
  const int zone_hours = take_digits(rest, 2);
  take(rest, ":");
  const int zone_minutes = take_digits(rest, 2);
  if (zone_hours < 0 || zone_hours > 23 || zone_minutes < 0 || zone_minutes > 59 || !rest.empty()) return refuse();
  const minutes offset = hours{zone_hours} + minutes{zone_minutes};
  return Timestamp{east ? moment - offset : moment + offset};
}

std::string Timestamp::to_string() const {
  using namespace std::chrono;
  const sys_time<microseconds> moment{since_epoch_};
  const auto midnight = floor<days>(moment);
  const year_month_day date{midnight};
  const hh_mm_ss<microseconds> clock{moment - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Timestamp SystemClock::now() const {
  return Timestamp{
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())};
}

ManualClock::ManualClock() : now_(Timestamp::parse("2026-01-06T15:00:00Z").value()) {}

Timestamp ManualClock::now() const {
  const std::lock_guard lock{mutex_};
  return now_;
}

void ManualClock::advance(std::chrono::microseconds span) {
  const std::lock_guard lock{mutex_};
  now_ = now_ + span;
}

}  // namespace weighhouse
