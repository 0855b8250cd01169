#include "io/calibrated_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "io/scenario_guard.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

constexpr const char* kEstimates = "calibration";

std::string list_text(const std::vector<double>& numbers) {
  std::string out;
  for (const double each : numbers) out += (out.empty() ? "" : ", ") + real_text(each);
  return "[" + out + "]";
}

/// A number of the model's table in the file.
struct Number {
  std::size_t parameter;
  std::optional<std::size_t> entry;
  double value;
};

/// One [calibration.X], checked as far as it is read.
struct EstimateTable {
  std::vector<std::string> parameters;
  std::optional<std::vector<double>> values, least, most;
  std::vector<double> covariance;  ///< empty: no errors
  std::string place;               ///< of the errors
  double variance(std::size_t at) const { return covariance[at * parameters.size() + at]; }
};

class DrawsReader {
 public:
  DrawsReader(const FlatDocument& file, const std::string& table, const std::vector<plimsoll_param_info>& infos,
              const std::function<bool(const std::string&)>& given, ScenarioFaults& faults)
      : file_{file}, table_{table}, infos_{infos}, given_{given}, faults_{faults} {}

  ParameterDraws read() {
    for (const FlatTable& table : file_.tables)
      if (table_of(table.key) == kEstimates) add(word_of(table.key));
    return {word_of(table_), std::move(parts_)};
  }

 private:
  void fault(const std::string& code, const FlatSetting& setting, const std::string& problem, const std::string& suggestion = "") {
    faults_.add({code, setting.value.place, setting.key, problem, suggestion});
  }

  /// `count` numbers, or nothing: absent, or a fault.
  std::optional<std::vector<double>> numbers(const std::string& key, std::size_t count, const std::string& what) {
    const FlatSetting* setting = file_.find(key);
    if (setting == nullptr) return std::nullopt;
    auto out = numbers_in(setting->value);
    if (out && out->size() == count) return out;
    fault("SCENARIO-TYPE", *setting, out ? "has " + std::to_string(out->size()) + " numbers" : type_text(setting->value) + " of no numbers",
          "give " + what);
    return std::nullopt;
  }

  std::optional<EstimateTable> estimate(const std::string& prefix) {
    const FlatSetting* names = file_.find(prefix + "parameters");
    if (names == nullptr) return std::nullopt;  // an estimate that was refused
    EstimateTable out;
    const auto* list = std::get_if<std::vector<FlatValue>>(&names->value.value);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
      if (const auto* text = std::get_if<std::string>(&(*list)[i].value)) out.parameters.push_back(*text);
    const std::size_t size = out.parameters.size();
    if (list == nullptr || size != list->size()) return fault("SCENARIO-TYPE", *names, "is no list of texts"), std::nullopt;
    out.values = numbers(prefix + "values", size, "one value for each of parameters");
    out.least = numbers(prefix + "least", size, "one bound for each of parameters");
    out.most = numbers(prefix + "most", size, "one bound for each of parameters");
    if (auto covariance = numbers(prefix + "covariance", size * size, "a row of " + std::to_string(size) + " for each of parameters")) {
      out.covariance = std::move(*covariance);
      out.place = file_.find(prefix + "covariance")->value.place;
    } else if (const auto errors = numbers(prefix + "standard_errors", size, "one for each of parameters"); errors && size > 0) {
      out.covariance.assign(size * size, 0.0);
      for (std::size_t i = 0; i < size; ++i) out.covariance[i * size + i] = (*errors)[i] * (*errors)[i];
      out.place = file_.find(prefix + "standard_errors")->value.place;
    }
    return out;
  }

  /// "ticks_per_lot" or "weights[2]" as [impact.NAME] of the file gives it.
  std::optional<Number> number(const std::string& name) const {
    const std::size_t bracket = std::min(name.find('['), name.size());
    const std::string word = name.substr(0, bracket);
    const auto info = std::find_if(infos_.begin(), infos_.end(), [&](const plimsoll_param_info& each) { return word == each.name; });
    const FlatSetting* setting = file_.find(table_ + "." + word);
    if (info == infos_.end() || setting == nullptr) return std::nullopt;
    const auto parameter = static_cast<std::size_t>(info - infos_.begin());
    if (bracket == name.size()) {
      if (info->type != PLIMSOLL_REAL) return std::nullopt;
      if (const auto* real = std::get_if<double>(&setting->value.value)) return Number{parameter, {}, *real};
      const auto* integer = std::get_if<std::int64_t>(&setting->value.value);
      return integer == nullptr ? std::nullopt : std::optional{Number{parameter, {}, static_cast<double>(*integer)}};
    }
    std::size_t entry = 0;
    const auto [end, error] = std::from_chars(name.data() + bracket + 1, name.data() + name.size(), entry);
    if (info->type != PLIMSOLL_REALS || error != std::errc{} || std::string_view{end} != "]") return std::nullopt;
    const auto list = numbers_in(setting->value);
    return list && entry < list->size() ? std::optional{Number{parameter, entry, (*list)[entry]}} : std::nullopt;
  }

  /// To what makes sense for the estimate, where that is narrower than what the model takes.
  static void narrow(ValueRange& range, const EstimateTable& table, std::size_t row) {
    if (table.least && (*table.least)[row] > range.least) range.least = (*table.least)[row], range.least_excluded = false;
    if (table.most && (*table.most)[row] < range.most) range.most = (*table.most)[row], range.most_excluded = false;
  }

  /// The last of `drawn` must be the only one of its name.
  void refuse_second(const std::string& prefix, const std::vector<DrawnNumber>& drawn) {
    const auto same = [&](const DrawnNumber& each) { return each.name == drawn.back().name; };
    std::string first;
    for (const DrawnTogether& part : parts_)
      if (std::any_of(part.numbers.begin(), part.numbers.end(), same)) first = "calibration." + part.estimate;
    if (std::any_of(drawn.begin(), drawn.end() - 1, same)) first = "an entry before";
    if (!first.empty())
      fault("SCENARIO-CONFLICT", *file_.find(prefix + "parameters"), "speaks of " + drawn.back().name + " as " + first + " does",
            "keep one of the two");
  }

  void add(const std::string& name) {
    const std::string prefix = std::string{kEstimates} + "." + name + ".";
    const std::optional<EstimateTable> table = estimate(prefix);
    if (!table || table->covariance.empty() || (!table->values && name != word_of(table_))) return;
    std::vector<std::size_t> rows;
    std::vector<double> means;
    std::vector<ValueRange> ranges;
    std::vector<DrawnNumber> drawn;
    for (std::size_t row = 0; row < table->parameters.size(); ++row) {
      const std::optional<Number> found = number(table->parameters[row]);
      if (!found || std::isnan(table->variance(row)) || (table->values && (*table->values)[row] != found->value)) continue;
      const plimsoll_param_info& info = infos_[found->parameter];
      rows.push_back(row);
      means.push_back(found->value);
      ranges.push_back({info.minimum, info.maximum, info.minimum_excluded != 0, info.maximum_excluded != 0});
      narrow(ranges.back(), *table, row);
      drawn.push_back({table_ + "." + table->parameters[row], found->parameter, found->entry, given_(table_ + "." + info.name)});
      refuse_second(prefix, drawn);
    }
    if (rows.empty()) return;
    std::vector<double> covariance;
    for (const std::size_t i : rows)
      for (const std::size_t j : rows) covariance.push_back(table->covariance[i * table->parameters.size() + j]);
    std::vector<double> bounds;
    for (const ValueRange& range : ranges) bounds.insert(bounds.end(), {range.least, range.most});
    const std::string text = "means " + list_text(means) + ", covariance " + list_text(covariance) + ", bounds " + list_text(bounds);
    auto normal = TruncatedNormal::make(std::move(means), covariance, std::move(ranges));
    if (normal)
      parts_.push_back({name, std::move(*normal), std::move(drawn), text});
    else
      faults_.add({"CALIBRATION-COVARIANCE", table->place, std::string{kEstimates} + "." + name,
                   "is no covariance: not finite, not symmetric or not positive semidefinite", "leave out impact.sample"});
  }

  const FlatDocument& file_;
  const std::string& table_;
  const std::vector<plimsoll_param_info>& infos_;
  const std::function<bool(const std::string&)>& given_;
  ScenarioFaults& faults_;
  std::vector<DrawnTogether> parts_;
};

}  // namespace

const FlatDocument* CalibratedFiles::open(const std::string& path, const std::string& place, ScenarioFaults& faults) {
  const auto [known, fresh] = files_.try_emplace(path);
  std::optional<FlatDocument>& file = known->second;
  if (fresh) {
    try {
      std::vector<InputError> errors;
      file = parse_flat_document(path, read_scenario_text(path), errors);
      for (const InputError& error : errors) {
        faults.add(error);
        if (error.code != "SCENARIO-DUPLICATE-KEY") file.reset();  // else the rest can still be checked
      }
    } catch (const BadInput& error) {
      for (const InputError& each : error.errors())
        missing_.push_back(
            {each.code, path, "impact.calibrated", each.problem + " (" + place + ")", "plimsoll calibrate TAPE.. -o FILE writes one"});
    }
  }
  return file ? &*file : nullptr;
}

KeysInForce calibrated_keys(const FlatDocument& file, const std::string& table) {
  KeysInForce out;
  for (const FlatSetting& setting : file.settings)
    if (setting.key.starts_with(table + ".")) out[setting.key] = {&setting.value, false};
  return out;
}

ParameterDraws calibrated_draws(const FlatDocument& file, const std::string& table, const std::vector<plimsoll_param_info>& infos,
                                const std::function<bool(const std::string&)>& given, ScenarioFaults& faults) {
  return DrawsReader{file, table, infos, given, faults}.read();
}

}  // namespace plimsoll
