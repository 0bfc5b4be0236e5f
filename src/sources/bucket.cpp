#include "sources/bucket.h"

#include <array>

#include "base/text.h"

namespace weighhouse::sources {

using services::RemoteVersion;

namespace {

constexpr std::size_t kPageBytes = std::size_t{16} << 20U;
constexpr std::size_t kMostFiles = 10'000;

// The text of the first such element in `xml`; an answer of S3 has neither attributes nor CDATA in those we read.
std::optional<std::string> element(std::string_view xml, const std::string& name) {
  const auto begin = xml.find("<" + name + ">");
  if (begin == std::string_view::npos) return std::nullopt;
  const auto text = begin + name.size() + 2;
  const auto end = xml.find("</" + name + ">", text);
  if (end == std::string_view::npos) return std::nullopt;
  std::string plain{xml.substr(text, end - text)};
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  for (const auto& [entity, character] : kEntities) {
    for (auto at = plain.find(entity); at != std::string::npos; at = plain.find(entity, at + 1))
      plain.replace(at, entity.size(), 1, character);
  }
  return plain;
}

}  // namespace

Result<BucketPlace> BucketPlace::parse(std::string_view address, const services::Variable& variable) {
  const auto value = [&](const char* name) { return variable(name).value_or(""); };
  constexpr std::size_t kSchemeBytes = 5;
  const bool of_google = address.starts_with("gs://");
  if (!of_google && !address.starts_with("s3://"))
    return fail(ErrorCode::kInvalidArgument, "A bucket is named s3://BUCKET/PREFIX or gs://BUCKET/PREFIX.");
  const auto rest = address.substr(kSchemeBytes);
  const auto slash = std::min(rest.find('/'), rest.size());
  BucketPlace place{.endpoint = value("AWS_ENDPOINT_URL"), .bucket = std::string{rest.substr(0, slash)}};
  if (place.bucket.empty()) return fail(ErrorCode::kInvalidArgument, "\"" + printable(address) + "\" names no bucket.");
  place.prefix = std::string{rest.substr(std::min(slash + 1, rest.size()))};
  if (!place.prefix.empty() && !place.prefix.ends_with('/')) place.prefix += '/';
  std::string region = value("AWS_REGION").empty() ? value("AWS_DEFAULT_REGION") : value("AWS_REGION");
  if (region.empty()) region = of_google ? "auto" : "us-east-1";
  if (place.endpoint.empty())
    place.endpoint = of_google ? "https://storage.googleapis.com" : "https://s3." + region + ".amazonaws.com";
  while (place.endpoint.ends_with('/')) place.endpoint.pop_back();
  TRY(Address::parse(place.endpoint));
  if (const auto key = value("AWS_ACCESS_KEY_ID"); !key.empty())
    place.credentials = Credentials{key, value("AWS_SECRET_ACCESS_KEY"), value("AWS_SESSION_TOKEN"), region};
  return place;
}

Web::Headers signed_headers(const Address& address, const Credentials& credentials, Timestamp at) {
  const auto question = std::min(address.target.find('?'), address.target.size());
  SignedRequest request{.path = address.target.substr(0, question)};
  for (const auto pair :
       split(std::string_view{address.target}.substr(std::min(question + 1, address.target.size())), '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    request.query[decode_percent(pair.substr(0, equals)).value_or("")] =
        decode_percent(pair.substr(std::min(equals + 1, pair.size()))).value_or("");
  }
  request.headers = {{"x-amz-content-sha256", request.payload_digest}, {"x-amz-date", amz_date(at)}};
  if (!credentials.session_token.empty()) request.headers["x-amz-security-token"] = credentials.session_token;
  Web::Headers headers{request.headers.begin(), request.headers.end()};
  request.headers["host"] = address.origin.substr(address.origin.find("://") + 3);
  headers.emplace_back("Authorization", authorization_of(request, credentials, at));
  return headers;
}

Result<services::RemoteOffers> Bucket::list_offers() {
  return fail(ErrorCode::kFailedPrecondition,
              "A bucket has no list of updates. Name what you want with \"weigh pull SOURCE:FOLDER\".");
}

Result<RemoteVersion> Bucket::describe(std::string_view id, std::string_view version) {
  const std::string folder = place_.prefix + std::string{id} + "/";
  RemoteVersion described{.id = std::string{id}, .version = std::string{version}, .files = {}};
  std::map<std::string, std::string> query{{"list-type", "2"}, {"prefix", folder}};
  for (;;) {
    const auto page =
        TRY(reader_->text(place_.endpoint + "/" + place_.bucket + "?" + canonical_query(query), kPageBytes));
    if (page.find("<ListBucketResult") == std::string::npos)
      return fail(ErrorCode::kUnavailable, place_.endpoint + " did not list the bucket \"" + place_.bucket + "\".");
    for (auto at = page.find("<Contents>"); at != std::string::npos; at = page.find("<Contents>", at + 1)) {
      const auto entry = std::string_view{page}.substr(at, page.find("</Contents>", at) - at);
      const auto key = element(entry, "Key").value_or("");
      if (!key.starts_with(folder) || key.ends_with('/')) continue;
      auto path = TRY(registry::FilePath::parse(key.substr(folder.size())));
      services::RemoteFile file{std::move(path), place_.endpoint + "/" + place_.bucket + path_of(key)};
      if (const auto size = parse_int(element(entry, "Size").value_or("")); size && *size >= 0)
        file.size_bytes = static_cast<std::uint64_t>(*size);
      described.files.push_back(std::move(file));
      if (described.files.size() > kMostFiles)
        return fail(ErrorCode::kResourceExhausted, "\"" + printable(folder) + "\" holds more than 10,000 files.");
    }
    const auto next = element(page, "NextContinuationToken");
    if (!next || element(page, "IsTruncated") != "true") break;
    query["continuation-token"] = *next;
  }
  if (!described.files.empty()) return described;
  return fail(ErrorCode::kNotFound,
              "The bucket \"" + place_.bucket + "\" has nothing under \"" + printable(folder) + "\".");
}

Result<services::RemoteBytes> Bucket::open(const services::RemoteFile& file, ByteRange range, std::string_view tag) {
  return reader_->open(file.address, range, tag);
}

}  // namespace weighhouse::sources
