#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/format.h"
#include "cli/width.h"

namespace weighhouse::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kSilence = 1s;
constexpr auto kInterval = 100ms;
constexpr double kMemorySeconds = 3;
constexpr double kLeastInterval = 0.05;
constexpr std::string_view kClearLine = "\r\x1b[K";

double seconds(std::chrono::steady_clock::duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

std::string render_progress(const ProgressState& state, std::size_t width) {
  std::string figures;
  const bool bytes = state.unit == Unit::kBytes;
  const bool counts = state.unit == Unit::kCount;
  if (state.total && *state.total > 0) {
    figures = fmt::format("{:3.0f} %",
                          std::floor(100.0 * static_cast<double>(state.done) / static_cast<double>(*state.total)));
    if (bytes) figures += fmt::format("  {} of {}", format_size(state.done), format_size(*state.total));
    if (counts) figures += fmt::format("  {} of {}", format_count(state.done), format_count(*state.total));
  } else if (bytes || counts) {
    figures = bytes ? format_size(state.done) : format_count(state.done);
  }
  if (state.rate > 0 && (bytes || counts)) {
    const auto rate = static_cast<std::uint64_t>(state.rate);
    figures += fmt::format("  {}/s", bytes ? format_size(rate) : format_count(rate));
  }
  if (state.total && state.rate > 0 && *state.total > state.done) {
    figures += fmt::format("  {} left", format_duration(static_cast<double>(*state.total - state.done) / state.rate));
  }
  // The figures are the news: where both do not fit, the label is cut.
  const std::size_t taken = display_width(figures) + 2;
  const std::string label = fit(state.label, width > taken ? width - taken : 0);
  return fit(label.empty() ? figures : label + "  " + figures, width);
}

void RateMeter::add(double at_seconds, std::uint64_t done) {
  if (!last_at_) {
    last_at_ = at_seconds;
    last_done_ = done;
    return;
  }
  const double span = at_seconds - *last_at_;
  if (span < kLeastInterval) return;
  const double now = done > last_done_ ? static_cast<double>(done - last_done_) / span : 0;
  const double weight = 1 - std::exp(-span / kMemorySeconds);
  rate_ = rate_ == 0 ? now : rate_ + weight * (now - rate_);
  last_at_ = at_seconds;
  last_done_ = done;
}

Progress::Progress(Environment& environment, std::string label, Unit unit, std::optional<std::uint64_t> total,
                   bool quiet)
    : environment_(environment),
      visible_(!quiet && environment.terminal().error),
      width_(environment.terminal().width),
      begin_(SteadyClock::now()),
      state_{.label = std::move(label), .unit = unit, .total = total},
      shown_at_(begin_) {
  meter_.add(0, 0);
}

Progress::~Progress() {
  if (shown_) environment_.write_error(kClearLine);
}

void Progress::set(std::uint64_t done) {
  const std::lock_guard lock{mutex_};
  state_.done = done;
  show(SteadyClock::now());
}

void Progress::set(std::uint64_t done, std::string label) {
  const std::lock_guard lock{mutex_};
  state_.done = done;
  state_.label = printable(label);
  show(SteadyClock::now());
}

void Progress::add(std::int64_t more) {
  const std::lock_guard lock{mutex_};
  state_.done += static_cast<std::uint64_t>(more);  // wraps around to less
  show(SteadyClock::now());
}

void Progress::set_label(std::string label) {
  const std::lock_guard lock{mutex_};
  state_.label = printable(label);
  show(SteadyClock::now());
}

void Progress::show(SteadyClock::time_point now) {
  const bool whole = state_.total && state_.done >= *state_.total;
  if (!visible_ || now - begin_ < kSilence || (!whole && now - shown_at_ < kInterval)) return;
  meter_.add(seconds(now - begin_), state_.done);
  state_.rate = meter_.rate();
  environment_.write_error(std::string{kClearLine} + render_progress(state_, width_ > 1 ? width_ - 1 : 1));
  shown_at_ = now;
  shown_ = true;
}

}  // namespace weighhouse::cli
