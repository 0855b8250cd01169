#pragma once
/// The C++ face of the plugin boundary: write an ordinary class, register it with one line, include nothing of the engine.
///
///   #include "sdk/plugin.hpp"
///   using namespace plimsoll::sdk;
///   namespace {
///   class Once final : public Strategy {
///    public:
///     static Description describe() { return {"once", "The whole parent as one market order", "", {}}; }
///     Once(const Params&, const Instrument&) {}
///     void on_start(Host& host, const Parent& parent) override { host.submit_market(parent.side, parent.lots); }
///   };
///   }
///   PLIMSOLL_STRATEGY(Once)
///
/// A class has `static Description describe()` and a constructor (const Params&, const Instrument&). Whatever it throws is caught here:
/// from the constructor it refuses the settings, from a callback it ends that scenario as failed, with the message; others go on.
///
/// Needs C++17 and sdk/plimsoll.h only; units and thread rule are stated there. Everything here has hidden visibility, so that two
/// plugins in one process never share a table by accident. Randomness and transcendental functions come from the host, or results
/// differ between machines.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sdk/plimsoll.h"

namespace plimsoll {
namespace sdk __attribute__((visibility("hidden"))) {

// ---- what a plugin says about itself --------------------------------------------------------------------------------

/// One declared setting. Without by_default() the key is required.
///   Param::real("rate").unit("1").above(0).below(1).by_default(0.1).help("share of all volume to be ours")
class Param {
 public:
  static Param integer(std::string name) { return Param{PLIMSOLL_INTEGER, std::move(name)}; }
  static Param real(std::string name) { return Param{PLIMSOLL_REAL, std::move(name)}; }
  static Param text(std::string name) { return Param{PLIMSOLL_TEXT, std::move(name)}; }
  static Param boolean(std::string name) { return Param{PLIMSOLL_BOOLEAN, std::move(name)}; }

  Param& unit(std::string unit) { return unit_ = std::move(unit), *this; }
  Param& help(std::string sentence) { return help_ = std::move(sentence), *this; }
  Param& between(double lowest, double highest) { return at_least(lowest).at_most(highest); }
  Param& at_least(double lowest) { return minimum_ = lowest, minimum_excluded_ = false, *this; }
  Param& at_most(double highest) { return maximum_ = highest, maximum_excluded_ = false, *this; }
  Param& above(double bound) { return minimum_ = bound, minimum_excluded_ = true, *this; }
  Param& below(double bound) { return maximum_ = bound, maximum_excluded_ = true, *this; }
  Param& one_of(std::initializer_list<std::string_view> choices) {
    choices_.clear();
    for (const std::string_view choice : choices) {
      if (!choices_.empty()) choices_ += '|';
      choices_ += choice;
    }
    return *this;
  }

  template <class Value>
  Param& by_default(const Value& value) {
    has_default_ = true;
    if constexpr (std::is_same_v<Value, bool>) {
      default_ = value ? "true" : "false";
    } else if constexpr (std::is_arithmetic_v<Value>) {
      char digits[64];
      default_.assign(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    } else {
      default_ = value;
    }
    return *this;
  }

  /// The C form; it points into this object.
  plimsoll_param_info info() const {
    plimsoll_param_info out{};
    out.size = sizeof out;
    out.type = type_;
    out.name = name_.c_str();
    out.unit = unit_.c_str();
    out.help = help_.c_str();
    out.default_text = has_default_ ? default_.c_str() : nullptr;
    out.choices = choices_.empty() ? nullptr : choices_.c_str();
    out.minimum = minimum_;
    out.maximum = maximum_;
    out.minimum_excluded = minimum_excluded_ ? 1 : 0;
    out.maximum_excluded = maximum_excluded_ ? 1 : 0;
    return out;
  }

 private:
  Param(std::uint32_t type, std::string name) : type_{type}, name_{std::move(name)} {}

  std::uint32_t type_;
  std::string name_, unit_, help_, default_, choices_;
  double minimum_ = -std::numeric_limits<double>::infinity();
  double maximum_ = std::numeric_limits<double>::infinity();
  bool has_default_ = false, minimum_excluded_ = false, maximum_excluded_ = false;
};

struct Description {
  std::string name;           ///< as in `[strategy] name = "..."`
  std::string summary;        ///< one line
  std::string source;         ///< paper and section, or ""
  std::vector<Param> params;
};

/// The settings of one instance: checked against describe(), defaults filled in. A name that was not declared throws.
class Params {
 public:
  Params(const plimsoll_param* values, std::uint32_t count) : values_{values}, count_{count} {}

  std::int64_t integer(std::string_view name) const { return find(name, PLIMSOLL_INTEGER).integer; }
  double real(std::string_view name) const { return find(name, PLIMSOLL_REAL).real; }
  std::string text(std::string_view name) const { return find(name, PLIMSOLL_TEXT).text; }
  bool boolean(std::string_view name) const { return find(name, PLIMSOLL_BOOLEAN).integer != 0; }

 private:
  const plimsoll_param& find(std::string_view name, std::uint32_t type) const {
    const auto* bytes = reinterpret_cast<const char*>(values_);
    for (std::uint32_t i = 0; i < count_; ++i) {
      const auto& value = *reinterpret_cast<const plimsoll_param*>(bytes + std::size_t{i} * values_->size);
      if (name == value.name && type == value.type) return value;
    }
    throw std::logic_error("the plugin reads the parameter '" + std::string{name} + "', which it has not declared with this type");
  }
  const plimsoll_param* values_;
  std::uint32_t count_;
};

// ---- what a run tells it --------------------------------------------------------------------------------------------

enum class Side : std::int32_t { sell = -1, buy = 1 };
constexpr int sign(Side side) { return static_cast<int>(side); }
constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }

struct Instrument {
  double tick = 0.0;        ///< currency per tick and unit of quantity
  double lot = 0.0;         ///< units per lot
  double multiplier = 0.0;
  std::string symbol, currency;
};

enum class EndPolicy : std::uint32_t { cross = PLIMSOLL_END_CROSS, cancel = PLIMSOLL_END_CANCEL, extend = PLIMSOLL_END_EXTEND };

struct Parent {
  std::uint32_t id = 0;
  Side side = Side::buy;
  std::int64_t lots = 0;
  std::int64_t start_ns = 0, end_ns = 0;
  std::optional<std::int32_t> limit_ticks;
  EndPolicy end_policy = EndPolicy::cross;

  /// Is a trade at this price inside the limit price?
  bool allows(std::int32_t price_ticks) const {
    return !limit_ticks || (side == Side::buy ? price_ticks <= *limit_ticks : price_ticks >= *limit_ticks);
  }
};

struct Level {
  std::int32_t price_ticks = 0;
  std::int64_t lots = 0;
};

/// Best prices; a side without orders is empty.
struct Quote {
  std::optional<Level> bid, ask;
  const std::optional<Level>& of(Side side) const { return side == Side::buy ? bid : ask; }
};

using OrderId = std::uint64_t;

struct OrderEvent {
  enum class Kind : std::uint32_t { filled = PLIMSOLL_FILLED, cancelled = PLIMSOLL_CANCELLED, rejected = PLIMSOLL_REJECTED };
  Kind kind = Kind::filled;
  OrderId order = 0;
  std::int64_t exchange_time_ns = 0;
  std::int64_t lots = 0;
  std::int64_t open_lots = 0;
  std::int32_t price_ticks = 0;
  bool made = false;         ///< we were the resting side
  std::string_view reason;
};

/// What every plugin may ask. `exp`, `log`, `pow` give the same bits on every machine.
class BaseHost {
 public:
  explicit BaseHost(const plimsoll_host_base& base) : base_{&base} {}
  /// In [0, 1); a function of (seed, replicate, kind of plugin, index): the same index gives the same number.
  double uniform(std::uint64_t index) const { return base_->uniform(base_->run, index); }
  double exp(double x) const { return base_->exp(x); }
  double log(double x) const { return base_->log(x); }
  double pow(double x, double y) const { return base_->pow(x, y); }

 protected:
  const plimsoll_host_base* base_;
};

/// What a strategy may see and do. Everything seen is as of its own receipt time.
class Host : public BaseHost {
 public:
  explicit Host(const plimsoll_strategy_host& table) : BaseHost{table.base}, table_{&table} {}

  std::int64_t now() const { return table_->now(run()); }
  Quote quote() const {
    plimsoll_quote raw{};
    raw.size = sizeof raw;
    table_->quote(run(), &raw);
    Quote out;
    if (raw.bid_lots > 0) out.bid = Level{raw.bid_ticks, raw.bid_lots};
    if (raw.ask_lots > 0) out.ask = Level{raw.ask_ticks, raw.ask_lots};
    return out;
  }
  /// Level `depth` of a side, 0 the best; nothing beyond the book.
  std::optional<Level> level(Side side, std::uint32_t depth) const {
    plimsoll_level raw{};
    raw.size = sizeof raw;
    if (table_->level(run(), sign(side), depth, &raw) == 0) return std::nullopt;
    return Level{raw.price_ticks, raw.lots};
  }
  /// One of PLIMSOLL_RECORDED_...: history only, whatever we do.
  std::int64_t signal(std::uint32_t signal) const { return table_->signal(run(), signal); }

  OrderId submit_limit(Side side, std::int32_t price_ticks, std::int64_t lots) { return submit(PLIMSOLL_LIMIT, side, price_ticks, lots); }
  OrderId submit_market(Side side, std::int64_t lots) { return submit(PLIMSOLL_MARKET, side, 0, lots); }
  /// Takes what it can get at the price or better; the rest is cancelled.
  OrderId submit_ioc(Side side, std::int32_t price_ticks, std::int64_t lots) { return submit(PLIMSOLL_IOC, side, price_ticks, lots); }
  void cancel(OrderId order) { table_->cancel(run(), order); }

  void wake_at(std::int64_t time_ns) { table_->wake_at(run(), time_ns); }
  void wake_on_trade(bool on = true) { table_->wake_on_trade(run(), on ? 1 : 0); }
  void wake_on_touch_change(bool on = true) { table_->wake_on_touch_change(run(), on ? 1 : 0); }
  /// One point of /trajectory under record = "full"; `name` must be a literal.
  void record(const char* name, double value) { table_->record(run(), name, value); }

 private:
  void* run() const { return base_->run; }
  OrderId submit(std::uint32_t type, Side side, std::int32_t price_ticks, std::int64_t lots) {
    plimsoll_order order{};
    order.size = sizeof order;
    order.side = sign(side);
    order.type = type;
    order.limit_ticks = price_ticks;
    order.quantity_lots = lots;
    return table_->submit(run(), &order);
  }
  const plimsoll_strategy_host* table_;
};

// ---- what an author writes ------------------------------------------------------------------------------------------

/// Works one parent order. It is woken, never polled, and a wake it did not ask for must change nothing.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual void on_start(Host& host, const Parent& parent) = 0;   ///< once, at the parent's start
  virtual void on_wake(Host&) {}
  virtual void on_order(Host&, const OrderEvent&) {}             ///< fills, cancellations, rejections, one response delay later
};

/// One order's fills at one instant are one execution, at their mean price.
struct Execution {
  std::int64_t time_ns = 0;
  std::uint32_t parent = 0;
  Side side = Side::buy;
  std::int64_t lots = 0;
  double price_ticks = 0.0;
};

/// Where would the mid be, because of what we have done? One instance serves all parents of a scenario.
class ImpactModel {
 public:
  virtual ~ImpactModel() = default;
  /// At the parent's start. `mid_ticks` is NaN when a side of the book is empty.
  virtual void on_parent(BaseHost&, std::int64_t /*time_ns*/, const Parent&, double /*mid_ticks*/) {}
  virtual void on_execution(BaseHost&, const Execution&) = 0;
  /// TOTAL displacement of the mid in ticks, positive = up, mechanical part included (the engine nets what our fills have already paid).
  virtual double displacement(BaseHost&, std::int64_t time_ns) const = 0;
};

// ---- how it becomes the C table: nothing an author needs below ------------------------------------------------------

namespace detail {

inline Parent parent_of(const plimsoll_parent& raw) {
  Parent out;
  out.id = raw.id;
  out.side = raw.side > 0 ? Side::buy : Side::sell;
  out.lots = raw.quantity_lots;
  out.start_ns = raw.start_ns;
  out.end_ns = raw.end_ns;
  if (raw.has_limit != 0) out.limit_ticks = raw.limit_ticks;
  out.end_policy = static_cast<EndPolicy>(raw.end_policy);
  return out;
}

inline OrderEvent event_of(const plimsoll_order_event& raw) {
  OrderEvent out;
  out.kind = static_cast<OrderEvent::Kind>(raw.kind);
  out.order = raw.order_id;
  out.exchange_time_ns = raw.exchange_time_ns;
  out.lots = raw.quantity_lots;
  out.open_lots = raw.open_lots;
  out.price_ticks = raw.price_ticks;
  out.made = raw.liquidity == PLIMSOLL_MADE;
  out.reason = raw.reason;
  return out;
}

/// Runs `body`; an exception becomes the host's message and a non-zero code, because none may cross the boundary.
template <class Body>
std::int32_t guarded(const plimsoll_host_base& base, Body body) noexcept {
  try {
    body();
    return 0;
  } catch (const std::exception& error) {
    base.fail(base.run, error.what());
  } catch (...) {
    base.fail(base.run, "the plugin threw something that is not a std::exception");
  }
  return 1;
}

inline void copy_message(const char* message, char* out, std::uint32_t out_size) {
  if (out_size == 0) return;
  const std::size_t length = std::min<std::size_t>(std::strlen(message), out_size - 1);
  std::memcpy(out, message, length);
  out[length] = '\0';
}

template <class Base, class T>
void* create(const plimsoll_param* params, std::uint32_t count, const plimsoll_instrument* raw, char* error, std::uint32_t error_size) noexcept {
  try {
    Instrument instrument;
    instrument.tick = raw->tick;
    instrument.lot = raw->lot;
    instrument.multiplier = raw->multiplier;
    instrument.symbol = raw->symbol;
    instrument.currency = raw->currency;
    return static_cast<Base*>(std::make_unique<T>(Params{params, count}, std::as_const(instrument)).release());
  } catch (const std::exception& fault) {
    copy_message(fault.what(), error, error_size);
  } catch (...) {
    copy_message("the plugin threw something that is not a std::exception", error, error_size);
  }
  return nullptr;
}

template <class Base>
void destroy(void* self) noexcept {
  delete static_cast<Base*>(self);
}

/// The description in C form, alive as long as the process: the host keeps pointers into it.
template <class Base, class T, class CType>
struct TypeTable {
  Description description = T::describe();
  std::vector<plimsoll_param_info> infos;
  CType type{};

  TypeTable() {
    for (const Param& param : description.params) infos.push_back(param.info());
    type.size = sizeof type;
    type.param_count = static_cast<std::uint32_t>(infos.size());
    type.name = description.name.c_str();
    type.summary = description.summary.c_str();
    type.source = description.source.c_str();
    type.params = infos.data();
    type.create = create<Base, T>;
    type.destroy = destroy<Base>;
  }
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;
};

template <class T>
struct StrategyTable : TypeTable<Strategy, T, plimsoll_strategy_type> {
  StrategyTable() {
    this->type.on_start = [](void* self, const plimsoll_strategy_host* host, const plimsoll_parent* parent) noexcept {
      return guarded(host->base, [&] { Host face{*host}; static_cast<Strategy*>(self)->on_start(face, parent_of(*parent)); });
    };
    this->type.on_wake = [](void* self, const plimsoll_strategy_host* host) noexcept {
      return guarded(host->base, [&] { Host face{*host}; static_cast<Strategy*>(self)->on_wake(face); });
    };
    this->type.on_order = [](void* self, const plimsoll_strategy_host* host, const plimsoll_order_event* event) noexcept {
      return guarded(host->base, [&] { Host face{*host}; static_cast<Strategy*>(self)->on_order(face, event_of(*event)); });
    };
  }
};

template <class T>
struct ImpactModelTable : TypeTable<ImpactModel, T, plimsoll_impact_model_type> {
  ImpactModelTable() {
    this->type.on_parent = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, const plimsoll_parent* parent,
                              double mid_ticks) noexcept {
      return guarded(*host, [&] { BaseHost face{*host}; static_cast<ImpactModel*>(self)->on_parent(face, time_ns, parent_of(*parent), mid_ticks); });
    };
    this->type.on_execution = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, std::uint32_t parent, std::int32_t side,
                                 std::int64_t lots, double price_ticks) noexcept {
      return guarded(*host, [&] {
        BaseHost face{*host};
        static_cast<ImpactModel*>(self)->on_execution(face, Execution{time_ns, parent, side > 0 ? Side::buy : Side::sell, lots, price_ticks});
      });
    };
    this->type.displacement = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, double* out_ticks) noexcept {
      return guarded(*host, [&] {
        BaseHost face{*host};
        const double ticks = static_cast<const ImpactModel*>(self)->displacement(face, time_ns);
        if (!std::isfinite(ticks)) throw std::runtime_error("displacement() is not a finite number");
        *out_ticks = ticks;
      });
    };
  }
};

inline const char* built_with() {
#define PLIMSOLL_TEXT_OF_(x) #x
#define PLIMSOLL_TEXT_OF(x) PLIMSOLL_TEXT_OF_(x)
#if defined(__clang__)
#define PLIMSOLL_BUILT_BY "clang " __clang_version__
#else
#define PLIMSOLL_BUILT_BY "gcc " __VERSION__
#endif
#if defined(_LIBCPP_VERSION)
  return PLIMSOLL_BUILT_BY ", libc++ " PLIMSOLL_TEXT_OF(_LIBCPP_VERSION);
#elif defined(__GLIBCXX__)
  return PLIMSOLL_BUILT_BY ", libstdc++ " PLIMSOLL_TEXT_OF(__GLIBCXX__);
#else
  return PLIMSOLL_BUILT_BY;
#endif
#undef PLIMSOLL_BUILT_BY
#undef PLIMSOLL_TEXT_OF
#undef PLIMSOLL_TEXT_OF_
}

struct PluginTable {
  std::vector<const plimsoll_strategy_type*> strategies;
  std::vector<const plimsoll_impact_model_type*> impact_models;
  plimsoll_plugin plugin{};

  void finish() {
    plugin.size = sizeof plugin;
    plugin.abi_major = PLIMSOLL_ABI_MAJOR;
    plugin.abi_minor = PLIMSOLL_ABI_MINOR;
    plugin.built_with = built_with();
    plugin.strategies = strategies.data();
    plugin.strategy_count = static_cast<std::uint32_t>(strategies.size());
    plugin.impact_models = impact_models.data();
    plugin.impact_model_count = static_cast<std::uint32_t>(impact_models.size());
  }

  template <class T>
  void add() {
    static_assert(std::is_base_of_v<Strategy, T> || std::is_base_of_v<ImpactModel, T>, "a plugin derives from Strategy or ImpactModel");
    static_assert(std::is_constructible_v<T, const Params&, const Instrument&>, "a plugin has a constructor (const Params&, const Instrument&)");
    if constexpr (std::is_base_of_v<Strategy, T>) {
      static const StrategyTable<T> table;
      strategies.push_back(&table.type);
    } else {
      static const ImpactModelTable<T> table;
      impact_models.push_back(&table.type);
    }
  }
};

template <class... T>
struct RegisteredPlugin : PluginTable {
  RegisteredPlugin() { (add<T>(), ...), finish(); }
};

/// The table of one shared object. nullptr when describe() throws: the host then refuses the file.
template <class... T>
const plimsoll_plugin* plugin() noexcept {
  try {
    static const RegisteredPlugin<T...> registered;
    return &registered.plugin;
  } catch (...) {
    return nullptr;
  }
}

}  // namespace detail
}  // namespace sdk
}  // namespace plimsoll

/// The exported symbol. Only the built-ins set it, because they share one program.
#ifndef PLIMSOLL_PLUGIN_ENTRY
#define PLIMSOLL_PLUGIN_ENTRY plimsoll_plugin_entry
#endif

/// Once per shared object, outside any namespace: all its strategies and impact models, in any order.
#define PLIMSOLL_PLUGIN(...)                                                                                  \
  extern "C" __attribute__((visibility("default"))) const plimsoll_plugin* PLIMSOLL_PLUGIN_ENTRY(void);       \
  const plimsoll_plugin* PLIMSOLL_PLUGIN_ENTRY(void) { return ::plimsoll::sdk::detail::plugin<__VA_ARGS__>(); }

/// The usual case: one class, one file.
#define PLIMSOLL_STRATEGY(T) PLIMSOLL_PLUGIN(T)
#define PLIMSOLL_IMPACT_MODEL(T) PLIMSOLL_PLUGIN(T)
