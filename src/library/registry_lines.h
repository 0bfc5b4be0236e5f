#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "library/core.h"
#include "library/put_out.h"
#include "library/registry_json.h"

namespace weighhouse::library {

// What registry.json says of a model, and what a line that another program added there means to us.
class RegistryLines {
 public:
  RegistryLines(Core& core, PutOut& put_out) : core_(core), put_out_(put_out) {}

  Result<> load();

  // Nothing for a model that has no place in the library.
  Result<std::optional<RegistryModel>> describe(const registry::ModelId& model);
  // The model whose id in the file may change when this one comes or goes: `custom` takes bare names first.
  Result<std::optional<registry::ModelId>> find_namesake(const registry::ModelId& model) const;

  // Whether this file of the library is one that a line speaks of, as far as models were described: it belongs to that
  // line's model, also while that is in the trash, and is none of its own.
  bool speak_of(const std::string& path) const { return named_.contains(path); }

  // The model that gained the version. An addition that was taken in before is no failure.
  Result<registry::ModelId> add(const AddedVersion& added, ScanReport& report);
  Result<registry::ModelId> move_current(const MovedCurrent& moved);

 private:
  struct Source;
  Result<Source> open_path(const std::string& path) const;
  Result<registry::ModelRef> ref_of(const std::string& id) const;
  void note_path(const std::string& path);
  std::string id_of(const registry::Model& model, bool shadowed) const;
  std::string path_of(const registry::Model& model, const registry::Version& version,
                      const std::vector<registry::File>& files, bool must_exist);
  std::optional<std::string> path_on_disk(const registry::Model& model, const registry::Version& version,
                                          const std::vector<registry::File>& files);
  Result<bool> bind(const registry::Model& model, const AddedVersion& added, const Source& source);
  Result<> keep_id(const std::string& id, const registry::Model& model);
  Result<> keep_place(const Source& source, const services::Published& published);

  Core& core_;
  PutOut& put_out_;
  std::map<std::string, registry::ModelId> ids_;  // chosen by other programs; a model keeps its own for good
  std::set<std::string> named_;                   // relative to the library
  std::optional<bool> shares_blocks_;
};

}  // namespace weighhouse::library
