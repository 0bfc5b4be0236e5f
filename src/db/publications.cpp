#include <boost/json.hpp>

#include "db/rows.h"
#include "db/transaction.h"
#include "registry/publication.h"

namespace weighhouse::db {
namespace {

std::string to_json(const std::vector<std::string>& texts) {
  return boost::json::serialize(boost::json::value_from(texts));
}

Result<std::vector<std::string>> parse_texts(std::string_view json) {
  boost::json::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error || !value.is_array()) return fail(ErrorCode::kDataLoss, "That is no list of texts.");
  std::vector<std::string> texts;
  for (const auto& item : value.get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

constexpr std::string_view kOfferColumns =
    "p.model_id, p.number, p.channel, p.offered_as, p.description, p.improvements, p.percentage, p.minimum_client, "
    "p.published_at, p.published_by, m.namespace, m.name, v.size_bytes, p.weights_path, p.weights_digest, "
    "p.weights_bytes, p.weights_format";
// Only what is there to be had: neither in trash nor purged.
constexpr std::string_view kOfferRows = R"sql(
  FROM publications p JOIN models m ON m.id = p.model_id
  JOIN versions v ON v.model_id = p.model_id AND v.number = p.number
  WHERE v.listed = 1 AND m.deleted_at IS NULL)sql";

Offer read_offer(Columns& columns) {
  Offer offer;
  auto& one = offer.publication;
  one.model = {columns.text()};
  one.number = VersionNumber{columns.integer()};
  one.channel = columns.text();
  one.offered_as = columns.text();
  one.description = columns.text();
  one.improvements = columns.parsed(parse_texts, std::vector<std::string>{});
  one.percentage = static_cast<int>(columns.integer());
  one.minimum_client = columns.text();
  one.published_at = columns.time();
  one.published_by = columns.text();
  offer.reference = columns.text() + "/";
  offer.reference += columns.text();
  offer.size_bytes = columns.size();
  offer.weights.path = columns.file_path();
  offer.weights.digest = columns.digest();
  offer.weights.size_bytes = columns.size();
  offer.weights.format = columns.text();
  offer.weights.role = Role::kWeights;
  return offer;
}

}  // namespace

constexpr Query kPutPublication{"publication.put", R"sql(
  INSERT INTO publications (model_id, number, channel, offered_as, description, improvements, percentage, minimum_client,
    weights_path, weights_digest, weights_bytes, weights_format, published_at, published_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
  ON CONFLICT (model_id, number, channel) DO UPDATE SET offered_as = excluded.offered_as,
    description = excluded.description, improvements = excluded.improvements, percentage = excluded.percentage,
    minimum_client = excluded.minimum_client, weights_path = excluded.weights_path,
    weights_digest = excluded.weights_digest, weights_bytes = excluded.weights_bytes,
    weights_format = excluded.weights_format, published_at = excluded.published_at,
    published_by = excluded.published_by)sql"};

Result<> SqlTransaction::put_publication(const Publication& one, const File& weights) {
  TRY(db_.change(kPutPublication,
                 {one.model.text, one.number.value(), one.channel, one.offered_as, one.description,
                  Param::owning(to_json(one.improvements)), one.percentage, one.minimum_client, weights.path.text(),
                  weights.digest, weights.size_bytes, weights.format, one.published_at, one.published_by}));
  return {};
}

constexpr Query kRemovePublication{"publication.remove", R"sql(
  DELETE FROM publications WHERE model_id = ?1 AND number = ?2 AND channel = ?3)sql"};

Result<bool> SqlTransaction::remove_publication(const ModelId& model, VersionNumber number, std::string_view channel) {
  return TRY(db_.change(kRemovePublication, {model.text, number.value(), channel})) == 1;
}

const ComposedQuery kListOffers{
    "publication.list", {"SELECT ", kOfferColumns, kOfferRows, " AND p.channel = ?1 ORDER BY p.offered_as, p.number"}};
const ComposedQuery kListAllOffers{
    "publication.list_all", {"SELECT ", kOfferColumns, kOfferRows, " ORDER BY p.channel, p.offered_as, p.number"}};

Result<std::vector<Offer>> SqlTransaction::list_offers(std::string_view channel) {
  if (channel.empty()) return db_.list(kListAllOffers, {}, read_offer);
  return db_.list(kListOffers, {channel}, read_offer);
}

const ComposedQuery kFindOffer{
    "publication.find",
    {"SELECT ", kOfferColumns, kOfferRows, " AND p.channel = ?1 AND p.offered_as = ?2 AND p.number = ?3"}};

Result<std::optional<Offer>> SqlTransaction::find_offer(std::string_view channel, std::string_view offered_as,
                                                        VersionNumber number) {
  return db_.find(kFindOffer, {channel, offered_as, number.value()}, read_offer);
}

constexpr Query kFindOwner{"publication.owner", R"sql(
  SELECT p.model_id FROM publications p JOIN models m ON m.id = p.model_id
  WHERE p.offered_as = ?1 AND p.model_id <> ?2 AND m.deleted_at IS NULL LIMIT 1)sql"};

Result<std::optional<ModelId>> SqlTransaction::find_other_offering(std::string_view offered_as, const ModelId& model) {
  return db_.find(kFindOwner, {offered_as, model.text}, [](Columns& columns) { return ModelId{columns.text()}; });
}

}  // namespace weighhouse::db
