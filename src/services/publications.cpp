#include "services/publications.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "services/files.h"
#include "services/texts.h"
#include "services/version_order.h"

namespace weighhouse::services {

using registry::Offer;
using registry::Publication;
using registry::Transaction;

namespace {

constexpr std::chrono::seconds kCachedFor{2};
constexpr std::size_t kCachedChannels = 16;
constexpr std::size_t kKeptLists = 8;
constexpr std::size_t kMostImprovements = 20;
constexpr auto kGoodFor = std::chrono::hours{24 * 14};

std::string note_of(const std::string& channel) { return "updates." + channel; }

Result<> require_sound(const NewPublication& publication) {
  TRY(registry::parse_channel(publication.channel));
  TRY(require_line("description of a publication", publication.description));
  TRY(require_line("least version of clients", publication.minimum_client));
  if (publication.improvements.size() > kMostImprovements)
    return fail(ErrorCode::kInvalidArgument, "A publication names at most 20 improvements.");
  for (const auto& one : publication.improvements) TRY(require_line("improvement", one));
  if (publication.percentage < 0 || publication.percentage > 100)
    return fail(ErrorCode::kInvalidArgument, "A publication is for 0 to 100 per cent of the clients.");
  return {};
}

std::optional<std::string> offered_before(const std::vector<Offer>& offers, const registry::ModelId& model) {
  const auto found =
      std::find_if(offers.begin(), offers.end(), [&](const Offer& offer) { return offer.publication.model == model; });
  return found == offers.end() ? std::nullopt : std::optional{found->publication.offered_as};
}

bool is_for_everyone(const Publication& one) { return one.percentage == 100 && one.minimum_client.empty(); }

bool is_for(const Publication& one, const UpdateClient& client) {
  if (!one.minimum_client.empty() && !is_at_least(client.version, one.minimum_client)) return false;
  return one.percentage == 100 ||
         (!client.id.empty() && is_among(client.id, one.offered_as, one.number.value(), one.percentage));
}

// Offers come by name and number, so the last one that fits is the newest.
std::string manifest_for(const std::vector<Offer>& offers, const UpdateClient& client) {
  std::vector<ManifestEntry> entries;
  for (const auto& offer : offers) {
    const auto& one = offer.publication;
    if (!is_for(one, client)) continue;
    ManifestEntry entry{one.offered_as, one.number.value(), megabytes(offer.weights.size_bytes), one.improvements,
                        one.description};
    if (!entries.empty() && entries.back().id == one.offered_as) {
      entries.back() = std::move(entry);
    } else {
      entries.push_back(std::move(entry));
    }
  }
  return format_manifest(entries);
}

// All that any client could be told, so that the serial grows whenever one of them is told something else.
Digest digest_of(const std::vector<Offer>& offers) {
  Sha256 hash;
  for (const auto& offer : offers) {
    const auto& one = offer.publication;
    hash.update(format_manifest({{one.offered_as, one.number.value(), megabytes(offer.weights.size_bytes),
                                  one.improvements, one.description}}));
    hash.update(std::to_string(one.percentage) + "\n" + one.minimum_client + "\n");
  }
  return std::move(hash).finish();
}

}  // namespace

bool is_among(std::string_view client_id, std::string_view offered_as, std::int64_t version, int percentage) {
  const auto digest =
      Digest::of(std::string{client_id} + "\n" + std::string{offered_as} + "\n" + std::to_string(version));
  std::uint32_t draw = 0;
  for (std::size_t i = 0; i < 4; ++i) draw = draw << 8U | std::to_integer<std::uint32_t>(digest.bytes()[i]);
  return static_cast<int>(draw % 100) < percentage;
}

bool is_at_least(std::string_view version, std::string_view least) {
  if (version.empty()) return false;
  const bool is_number = version.front() >= '0' && version.front() <= '9';
  return order_versions(is_number ? version : "0", least) >= 0;
}

Result<Offer> Publications::publish(const Caller& caller, const registry::Reference& reference,
                                    const NewPublication& publication) {
  TRY(require_sound(publication));
  auto offer = TRY(metadata_.transact_value<Offer>([&](Transaction& rows) -> Result<Offer> {
    const auto found = TRY(find_version(rows, caller, reference.model, reference.version));
    const auto files = TRY(rows.list_files(found.model.id, found.version.number));
    const auto* weights = weights_of(files);
    check(weights != nullptr, "a version has files");
    const Timestamp now = clock_.now();
    Publication one{.model = found.model.id,
                    .number = found.version.number,
                    .channel = publication.channel,
                    .offered_as = publication.offered_as,
                    .description = publication.description,
                    .improvements = publication.improvements,
                    .percentage = publication.percentage,
                    .minimum_client = publication.minimum_client,
                    .published_at = now,
                    .published_by = caller.identity.name};
    if (one.offered_as.empty()) {
      const auto before = offered_before(TRY(rows.list_offers({})), found.model.id);
      one.offered_as = before.value_or(found.model.name.text());
    }
    one.offered_as = TRY(registry::ModelName::parse(one.offered_as)).text();
    if (TRY(rows.find_other_offering(one.offered_as, found.model.id))) {
      return fail(ErrorCode::kAlreadyExists, "Another model is published as \"" + one.offered_as +
                                                 "\" already. Give this one another name with --as.");
    }
    TRY(rows.put_publication(one, *weights));
    TRY(record(rows, caller, now,
               {.action = "publication.made",
                .model = &found.model,
                .version = one.number,
                .subject = one.channel,
                .details = "{\"percentage\":" + std::to_string(one.percentage) + "}"}));
    return TRY(rows.find_offer(one.channel, one.offered_as, one.number)).value();
  }));
  cache_.lock()->clear();
  return offer;
}

Result<> Publications::withdraw(const Caller& caller, const registry::Reference& reference, std::string_view channel) {
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    const auto found = TRY(find_version(rows, caller, reference.model, reference.version));
    if (!TRY(rows.remove_publication(found.model.id, found.version.number, channel))) {
      return fail(ErrorCode::kNotFound, "Version " + std::to_string(found.version.number.value()) + " of \"" +
                                            found.model.reference() + "\" is not published in the channel \"" +
                                            printable(channel, 80) + "\".");
    }
    return record(rows, caller, clock_.now(),
                  {.action = "publication.withdrawn",
                   .model = &found.model,
                   .version = found.version.number,
                   .subject = std::string{channel}});
  }));
  cache_.lock()->clear();
  return {};
}

Result<std::vector<Offer>> Publications::list(const Caller& caller, std::string_view channel) const {
  auto offers =
      TRY(metadata_.read_value<std::vector<Offer>>([&](Transaction& rows) { return rows.list_offers(channel); }));
  std::erase_if(offers, [&](const Offer& offer) {
    const auto ref = registry::ModelRef::parse(offer.reference);
    return !ref || !require_namespace(caller, *ref->name_space);
  });
  return offers;
}

Result<std::int64_t> Publications::serial_of(const std::string& channel, const Digest& digest) {
  using Known = std::pair<std::int64_t, std::string>;
  const std::string key = note_of(channel);
  const auto known = [&](Transaction& rows) -> Result<Known> {
    const auto note = TRY(rows.find_note(key));
    if (!note) return Known{0, {}};
    const auto space = note->find(' ');
    return Known{parse_int(note->substr(0, space)).value_or(0), note->substr(std::min(space, note->size() - 1) + 1)};
  };
  const auto before = TRY(metadata_.read_value<Known>(known));
  if (before.second == digest.to_string()) return before.first;
  return metadata_.transact_value<std::int64_t>([&](Transaction& rows) -> Result<std::int64_t> {
    const auto now = TRY(known(rows));
    if (now.second == digest.to_string()) return now.first;
    TRY(rows.put_note(key, std::to_string(now.first + 1) + " " + digest.to_string()));
    return now.first + 1;
  });
}

Result<std::shared_ptr<const Publications::Standing>> Publications::standing(const std::string& channel) {
  const Timestamp now = clock_.now();
  {
    auto cache = cache_.lock();
    for (const auto& one : *cache) {
      if (one.channel == channel && one.at <= now && now - one.at < kCachedFor) return one.standing;
    }
  }
  auto made = std::make_shared<Standing>();
  made->offers =
      TRY(metadata_.read_value<std::vector<Offer>>([&](Transaction& rows) { return rows.list_offers(channel); }));
  // A channel that nobody ever published in keeps no note, whatever word is asked for.
  if (!made->offers.empty() || TRY(metadata_.read_value<std::optional<std::string>>(
                                   [&](Transaction& rows) { return rows.find_note(note_of(channel)); }))) {
    made->serial = TRY(serial_of(channel, digest_of(made->offers)));
  }
  made->for_everyone = std::all_of(made->offers.begin(), made->offers.end(),
                                   [](const Offer& offer) { return is_for_everyone(offer.publication); });
  if (made->for_everyone) {
    auto text = manifest_for(made->offers, {});
    const auto digest = Digest::of(text);
    made->text = ManifestText{std::move(text), digest, made->serial};
  }
  auto cache = cache_.lock();
  std::erase_if(*cache, [&](const Cached& one) { return one.channel == channel; });
  if (cache->size() == kCachedChannels) cache->erase(cache->begin());
  cache->push_back({channel, now, made});
  return std::shared_ptr<const Standing>{std::move(made)};
}

Result<ManifestText> Publications::manifest(const std::string& channel, const UpdateClient& client) {
  TRY(registry::parse_channel(channel));
  const auto found = TRY(standing(channel));
  if (found->text) return *found->text;
  auto text = manifest_for(found->offers, client);
  const auto digest = Digest::of(text);
  return ManifestText{std::move(text), digest, found->serial};
}

Result<ManifestSignature> Publications::sign(const std::string& channel, const ManifestText& manifest) {
  const auto key = TRY(this->key());
  // From the day's beginning, so that it is the same text all day.
  const auto today = std::chrono::floor<std::chrono::days>(clock_.now().since_epoch());
  ManifestSignature signature{.channel = channel,
                              .serial = manifest.serial,
                              .issued_at = Timestamp{today},
                              .expires_at = Timestamp{today + kGoodFor},
                              .manifest = manifest.digest,
                              .key = key.public_key()};
  signature.signature = TRY(key.sign(signed_text(signature)));
  return signature;
}

Result<Offer> Publications::get(std::string_view channel, std::string_view id, std::string_view version) const {
  const auto number = registry::VersionNumber::parse(version);
  std::optional<Offer> offer;
  if (number) {
    offer = TRY(metadata_.read_value<std::optional<Offer>>(
        [&](Transaction& rows) { return rows.find_offer(channel, id, *number); }));
  }
  if (offer) return *std::move(offer);
  return fail(ErrorCode::kNotFound, "No version " + printable(version, 20) + " of \"" + printable(id, 80) +
                                        "\" is published in the channel \"" + printable(channel, 80) + "\".");
}

Result<Publications::Files> Publications::files(const Offer& offer) {
  const auto& model = offer.publication.model;
  const auto number = offer.publication.number;
  {
    auto listed = listed_.lock();
    for (const auto& one : *listed) {
      if (one.model == model && one.number == number) return one.files;
    }
  }
  auto rows_of = TRY(metadata_.read_value<std::vector<registry::File>>(
      [&](Transaction& rows) { return rows.list_files(model, number); }));
  Files files = std::make_shared<const std::vector<registry::File>>(std::move(rows_of));
  auto listed = listed_.lock();
  if (listed->size() == kKeptLists) listed->erase(listed->begin());
  listed->push_back({model, number, files});
  return files;
}

Result<UpdateInfo> Publications::info(const Offer& offer) {
  const auto& one = offer.publication;
  UpdateInfo info{.id = one.offered_as,
                  .version = one.number.value(),
                  .description = one.description,
                  .improvements = one.improvements,
                  .weights = offer.weights.path.text()};
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    info.files = TRY(rows.list_files(one.model, one.number));
    const auto model = TRY(rows.find_model_by_id(one.model));
    const auto version = TRY(rows.find_version(one.model, one.number));
    if (model) info.kind = model->kind;
    if (version) info.metadata = version->metadata;
    return {};
  }));
  info.signature = TRY(TRY(key()).sign(signed_text(info)));
  return info;
}

Result<SigningKey> Publications::key() {
  auto key = key_.lock();
  if (!*key) *key = TRY(SigningKey::open_or_make(key_path_));
  return **key;
}

Result<std::string> Publications::public_key() { return TRY(key()).public_key(); }

}  // namespace weighhouse::services
