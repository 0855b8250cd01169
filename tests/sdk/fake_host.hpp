#pragma once
/// A plain C host table over a very small venue, so that plugins are driven through the same door as in a run, without an engine.
///
/// The venue: one touch of endless or limited depth. Market and IOC orders that reach the other side are filled there; limit orders
/// rest until the test fills them; cancellations succeed. Everything is told `response_ns` later.

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "core/random.hpp"
#include "sdk/plimsoll.h"

namespace fake {

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::int64_t kEndless = INT64_MAX;

/// Settings as the host would hand them over: defaults of the declaration, some overridden.
class Settings {
 public:
  using Overrides = std::map<std::string, std::variant<std::int64_t, double, std::string, std::vector<double>>>;

  Settings(const plimsoll_param_info* infos, std::uint32_t count, const Overrides& overrides) {
    texts_.resize(count);
    lists_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      plimsoll_param param{};
      param.size = sizeof param;
      param.type = infos[i].type;
      param.name = infos[i].name;
      texts_[i] = infos[i].default_text != nullptr ? infos[i].default_text : "";
      param.integer = texts_[i] == "true" ? 1 : std::strtoll(texts_[i].c_str(), nullptr, 10);
      param.real = std::strtod(texts_[i].c_str(), nullptr);
      if (const auto found = overrides.find(infos[i].name); found != overrides.end()) {
        if (const auto* integer = std::get_if<std::int64_t>(&found->second))
          param.integer = *integer, param.real = static_cast<double>(*integer);
        if (const auto* real = std::get_if<double>(&found->second)) param.real = *real;
        if (const auto* text = std::get_if<std::string>(&found->second)) texts_[i] = *text;
        if (const auto* list = std::get_if<std::vector<double>>(&found->second)) lists_[i] = *list;
      }
      param.text = texts_[i].c_str();
      param.reals = lists_[i].data();
      param.real_count = lists_[i].size();
      params_.push_back(param);
    }
    for (const auto& [name, value] : overrides) {
      bool known = false;
      for (const plimsoll_param& param : params_) known = known || name == param.name;
      if (!known) throw std::invalid_argument("no parameter " + name);
    }
  }
  Settings(const Settings&) = delete;
  const plimsoll_param* data() const { return params_.data(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(params_.size()); }

 private:
  std::vector<std::string> texts_;
  std::vector<std::vector<double>> lists_;
  std::vector<plimsoll_param> params_;
};

inline plimsoll_instrument instrument() { return {sizeof(plimsoll_instrument), 0, 0.01, 1.0, 1.0, "TEST", "USD"}; }

inline const plimsoll_math& math_table() {
  namespace math = plimsoll::math;
  static const plimsoll_math kMath{sizeof kMath, 0, math::exp, math::log, math::pow, math::sin, math::cos};
  return kMath;
}

/// What create() is told: one instrument unless said otherwise.
struct Setting {
  std::vector<plimsoll_instrument> about{instrument()};
  plimsoll_setting table{sizeof table, static_cast<std::uint32_t>(about.size()), about.data(), &math_table()};
};

inline plimsoll_host_base base_host(void* run, void (*fail)(void*, const char*)) {
  plimsoll_host_base base{};
  base.size = sizeof base;
  base.run = run;
  base.fail = fail;
  base.uniform = [](void*, std::uint64_t index) { return plimsoll::RandomStream{7, 0, plimsoll::Purpose::strategy}.uniform(index); };
  base.math = &math_table();
  return base;
}

struct Sent {
  std::uint64_t id;
  std::int64_t time_ns;
  plimsoll_order order;
  std::int64_t open_lots;
};

inline plimsoll_parent parent(std::int32_t side, std::int64_t lots, std::int64_t start_ns, std::int64_t end_ns,
                              std::uint32_t end_policy = PLIMSOLL_END_CROSS) {
  return {sizeof(plimsoll_parent), 0, side, 0, lots, start_ns, end_ns, 0, end_policy, 0, 0};
}

/// One strategy instance at work. Time moves only in run_until().
class StrategyRun {
 public:
  StrategyRun(const plimsoll_plugin* plugin, const Settings::Overrides& overrides = {}) : type_{*plugin->strategies[0]} {
    const Settings settings{type_.params, type_.param_count, overrides};
    const Setting about;
    char error[256] = "";
    self_ = type_.create(settings.data(), settings.count(), &about.table, error, sizeof error);
    if (self_ == nullptr) throw std::runtime_error(error);
    fill_host_table();
  }
  ~StrategyRun() { type_.destroy(self_); }
  StrategyRun(const StrategyRun&) = delete;
  StrategyRun& operator=(const StrategyRun&) = delete;

  // The market the strategy sees.
  plimsoll_quote quote{sizeof(plimsoll_quote), 9'999, 10'001, 0, 1'000, 1'000};
  std::int64_t takeable_lots = kEndless;  ///< what an aggressive order can get, in total
  std::int64_t recorded_volume_lots = 0;
  std::int64_t last_trade_ticks = 0;
  std::int64_t response_ns = 0;
  bool reject_everything = false;

  // What it did.
  std::vector<Sent> sent;
  std::vector<std::uint64_t> cancelled;
  std::vector<std::pair<std::string, double>> records;
  std::vector<std::int64_t> wakes;
  std::string failure;
  std::int64_t filled_lots = 0;

  std::int64_t now() const { return now_; }
  void at(std::int64_t time_ns, std::function<void()> what) { agenda_.emplace(time_ns, std::move(what)); }
  void start(const plimsoll_parent& about) {
    parent_ = about;
    at(about.start_ns, [this] { check(type_.on_start(self_, &host_, &parent_)); });
  }
  void run_until(std::int64_t time_ns) {
    while (!agenda_.empty() && agenda_.begin()->first <= time_ns) {
      now_ = std::max(now_, agenda_.begin()->first);
      const auto what = agenda_.begin()->second;
      agenda_.erase(agenda_.begin());
      what();
    }
    now_ = time_ns;
  }
  void false_wake() { check(type_.on_wake(self_, &host_)); }
  /// A resting order trades.
  void fill_resting(std::uint64_t id, std::int64_t lots) {
    Sent& order = find(id);
    REQUIRE(lots <= order.open_lots);
    tell_fill(order, lots, order.order.limit_ticks, PLIMSOLL_MADE);
  }
  void fill_all_resting() {
    for (Sent& order : sent)
      if (order.order.type == PLIMSOLL_LIMIT && order.open_lots > 0) fill_resting(order.id, order.open_lots);
  }

  std::int64_t sent_lots() const {
    std::int64_t lots = 0;
    for (const Sent& order : sent) lots += order.order.quantity_lots;
    return lots;
  }
  std::vector<std::int64_t> sent_sizes() const {
    std::vector<std::int64_t> sizes;
    for (const Sent& order : sent) sizes.push_back(order.order.quantity_lots);
    return sizes;
  }

 private:
  static StrategyRun& of(void* run) { return *static_cast<StrategyRun*>(run); }

  void fill_host_table() {
    host_.size = sizeof host_;
    host_.base = base_host(this, [](void* run, const char* message) { of(run).failure = message; });
    host_.now = [](void* run) { return of(run).now_; };
    host_.quote = [](void* run, plimsoll_quote* out) { *out = of(run).quote; };
    host_.level = [](void*, std::int32_t, std::uint32_t, plimsoll_level*) { return std::int32_t{0}; };
    host_.signal = [](void* run, std::uint32_t signal) {
      return signal == PLIMSOLL_RECORDED_LAST_TRADE_TICKS ? of(run).last_trade_ticks : of(run).recorded_volume_lots;
    };
    host_.submit = [](void* run, const plimsoll_order* order) { return of(run).submit(*order); };
    host_.cancel = [](void* run, std::uint64_t id) { of(run).cancel(id); };
    host_.wake_at = [](void* run, std::int64_t time_ns) {
      StrategyRun& self = of(run);
      self.wakes.push_back(time_ns);
      self.at(std::max(time_ns, self.now_), [&self] { self.check(self.type_.on_wake(self.self_, &self.host_)); });
    };
    host_.wake_on_trade = [](void*, std::int32_t) {};
    host_.wake_on_touch_change = [](void*, std::int32_t) {};
    host_.record = [](void* run, const char* name, double value) { of(run).records.emplace_back(name, value); };
  }

  std::uint64_t submit(const plimsoll_order& order) {
    REQUIRE(order.quantity_lots > 0);
    REQUIRE(order.side == parent_.side);
    const std::uint64_t id = sent.size() + 1;
    sent.push_back({id, now_, order, order.quantity_lots});
    if (reject_everything) {
      sent.back().open_lots = 0;
      tell(id, PLIMSOLL_REJECTED, order.quantity_lots, 0, 0, PLIMSOLL_TOOK);
    } else if (order.type != PLIMSOLL_LIMIT) {
      take(id);
    }
    return id;
  }
  void take(std::uint64_t id) {
    const plimsoll_order order = find(id).order;
    const bool buys = order.side > 0;
    const std::int32_t touch = buys ? quote.ask_ticks : quote.bid_ticks;
    const bool there = (buys ? quote.ask_lots : quote.bid_lots) > 0;
    const bool reached = there && (order.type == PLIMSOLL_MARKET || (buys ? order.limit_ticks >= touch : order.limit_ticks <= touch));
    const std::int64_t lots = reached ? std::min(order.quantity_lots, takeable_lots) : 0;
    if (takeable_lots != kEndless) takeable_lots -= lots;
    if (lots > 0) tell_fill(find(id), lots, touch, PLIMSOLL_TOOK);
    end(id);
  }
  void end(std::uint64_t id) {
    Sent& order = find(id);
    const std::int64_t rest = std::exchange(order.open_lots, 0);
    if (rest > 0) tell(id, PLIMSOLL_CANCELLED, rest, 0, 0, PLIMSOLL_TOOK);
  }
  void cancel(std::uint64_t id) {
    cancelled.push_back(id);
    if (find(id).open_lots == 0) return tell(id, PLIMSOLL_REJECTED, 0, 0, 0, PLIMSOLL_TOOK);
    end(id);
  }
  void tell_fill(Sent& order, std::int64_t lots, std::int32_t price_ticks, std::uint32_t liquidity) {
    order.open_lots -= lots;
    filled_lots += lots;
    REQUIRE(filled_lots <= parent_.quantity_lots);
    tell(order.id, PLIMSOLL_FILLED, lots, order.open_lots, price_ticks, liquidity);
  }
  void tell(std::uint64_t id, std::uint32_t kind, std::int64_t lots, std::int64_t open, std::int32_t price_ticks, std::uint32_t liquidity) {
    const plimsoll_order_event event{sizeof event, kind, id, now_, lots, open, price_ticks, liquidity, ""};
    at(now_ + response_ns, [this, event] { check(type_.on_order(self_, &host_, &event)); });
  }
  Sent& find(std::uint64_t id) { return sent.at(id - 1); }
  /// A failure ends the run, as in the engine.
  void check(std::int32_t outcome) {
    INFO(failure);
    REQUIRE((outcome == 0) == failure.empty());
    if (outcome != 0) agenda_.clear();
  }

  const plimsoll_strategy_type& type_;
  void* self_ = nullptr;
  plimsoll_strategy_host host_{};
  plimsoll_parent parent_{};
  std::multimap<std::int64_t, std::function<void()>> agenda_;
  std::int64_t now_ = 0;
};

/// One impact model instance; throws what its constructor throws. Time and instrument stay 0 where a test does not care.
class ModelRun {
 public:
  ModelRun(const plimsoll_plugin* plugin, const Settings::Overrides& overrides, std::size_t type = 0,
           const std::vector<plimsoll_instrument>& instruments = {instrument()})
      : type_{*plugin->impact_models[type]} {
    const Settings settings{type_.params, type_.param_count, overrides};
    const Setting about{instruments};
    char error[512] = "";
    self_ = type_.create(settings.data(), settings.count(), &about.table, error, sizeof error);
    if (self_ == nullptr) throw std::runtime_error(error);
    host_ = base_host(this, [](void* run, const char* message) { static_cast<ModelRun*>(run)->failure = message; });
  }
  ~ModelRun() { type_.destroy(self_); }
  ModelRun(const ModelRun&) = delete;
  ModelRun& operator=(const ModelRun&) = delete;

  std::string failure;
  std::int64_t now = 0;

  void parent(std::uint32_t id, std::int32_t side, double mid_ticks) {
    plimsoll_parent about = fake::parent(side, 1'000'000, 0, kSecond);
    about.id = id;
    parent(about, mid_ticks);
  }
  void parent(const plimsoll_parent& about, double mid_ticks) { REQUIRE(parent_outcome(about, mid_ticks) == 0); }
  std::int32_t parent_outcome(const plimsoll_parent& about, double mid_ticks) {
    return type_.on_parent(self_, &host_, now, &about, mid_ticks);
  }
  std::int32_t execute(std::uint32_t parent, std::int32_t side, std::int64_t lots, double price_ticks = 10'000,
                       std::uint32_t instrument = 0) {
    const plimsoll_execution execution{sizeof execution, parent, now, side, instrument, lots, price_ticks};
    return type_.on_execution(self_, &host_, &execution);
  }
  double displacement(std::uint32_t instrument = 0) {
    double ticks = 0.0;
    REQUIRE(type_.displacement(self_, &host_, now, instrument, &ticks) == 0);
    return ticks;
  }
  plimsoll_sweep sweep(std::int32_t side, std::int64_t lots, std::uint32_t instrument = 0) {
    plimsoll_sweep out{};
    const std::int32_t outcome = type_.sweep(self_, &host_, now, instrument, side, lots, &out);
    INFO(failure);
    REQUIRE(outcome == 0);
    return out;
  }

 private:
  const plimsoll_impact_model_type& type_;
  void* self_ = nullptr;
  plimsoll_host_base host_{};
};

}  // namespace fake
