#pragma once
/// How an author's class becomes the C table, and the registration macros. Part of sdk/plugin.hpp, which includes it; nothing an author
/// needs to read.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "sdk/author.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
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
  out.instrument = raw.instrument;
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

inline Setting setting_of(const plimsoll_setting& raw) {
  Setting out{{}, Math{*raw.math}};
  const auto* bytes = reinterpret_cast<const char*>(raw.instruments);
  for (std::uint32_t i = 0; i < raw.instrument_count; ++i) {
    const auto& instrument = *reinterpret_cast<const plimsoll_instrument*>(bytes + std::size_t{i} * raw.instruments->size);
    out.instruments.push_back({instrument.tick, instrument.lot, instrument.multiplier, instrument.symbol, instrument.currency});
  }
  return out;
}

/// A constructor takes (const Params&, const Instrument&), or (const Params&, const Setting&) when it wants more.
template <class T>
constexpr bool kTakesSetting = std::is_constructible_v<T, const Params&, const Setting&>;

template <class Base, class T>
void* create(const plimsoll_param* params, std::uint32_t count, const plimsoll_setting* raw, char* error,
             std::uint32_t error_size) noexcept {
  try {
    const Params given{params, count};
    const Setting setting = setting_of(*raw);
    if constexpr (kTakesSetting<T>)
      return static_cast<Base*>(std::make_unique<T>(given, setting).release());
    else
      return static_cast<Base*>(std::make_unique<T>(given, setting.instruments.front()).release());
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
      return guarded(host->base, [&] {
        Host face{*host};
        static_cast<Strategy*>(self)->on_start(face, parent_of(*parent));
      });
    };
    this->type.on_wake = [](void* self, const plimsoll_strategy_host* host) noexcept {
      return guarded(host->base, [&] {
        Host face{*host};
        static_cast<Strategy*>(self)->on_wake(face);
      });
    };
    this->type.on_order = [](void* self, const plimsoll_strategy_host* host, const plimsoll_order_event* event) noexcept {
      return guarded(host->base, [&] {
        Host face{*host};
        static_cast<Strategy*>(self)->on_order(face, event_of(*event));
      });
    };
  }
};

template <class T>
struct ImpactModelTable : TypeTable<ImpactModel, T, plimsoll_impact_model_type> {
  ImpactModelTable() {
    const Description& about = this->description;
    this->type.permanent = about.permanent ? 1 : 0;
    this->type.across_instruments = about.across_instruments ? 1 : 0;
    this->type.manipulation_free = about.manipulation_free ? 1 : 0;
    this->type.manipulation_note = about.manipulation_note.c_str();
    this->type.on_parent = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, const plimsoll_parent* parent,
                              double mid_ticks) noexcept {
      return guarded(*host, [&] {
        BaseHost face{*host};
        static_cast<ImpactModel*>(self)->on_parent(face, time_ns, parent_of(*parent), mid_ticks);
      });
    };
    this->type.on_execution = [](void* self, const plimsoll_host_base* host, const plimsoll_execution* raw) noexcept {
      return guarded(*host, [&] {
        BaseHost face{*host};
        const Side side = raw->side > 0 ? Side::buy : Side::sell;
        static_cast<ImpactModel*>(self)->on_execution(
            face, Execution{raw->time_ns, raw->parent_id, side, raw->lots, raw->price_ticks, raw->instrument});
      });
    };
    this->type.displacement = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, std::uint32_t instrument,
                                 double* out_ticks) noexcept {
      return guarded(*host, [&] {
        BaseHost face{*host};
        const double ticks = static_cast<const ImpactModel*>(self)->displacement(face, time_ns, instrument);
        if (!std::isfinite(ticks)) throw std::runtime_error("displacement() is not a finite number");
        *out_ticks = ticks;
      });
    };
    if constexpr (std::is_base_of_v<BookModel, T>) {
      this->type.sweep = [](void* self, const plimsoll_host_base* host, std::int64_t time_ns, std::uint32_t instrument, std::int32_t side,
                            std::int64_t lots, plimsoll_sweep* out) noexcept {
        return guarded(*host, [&] {
          BaseHost face{*host};
          const auto& book = *static_cast<const BookModel*>(static_cast<ImpactModel*>(self));
          const Sweep sweep = book.sweep(face, time_ns, instrument, side > 0 ? Side::buy : Side::sell, lots);
          if (!std::isfinite(sweep.average_ticks) || !std::isfinite(sweep.after_ticks))
            throw std::runtime_error("sweep() is not a finite number");
          *out = {sizeof *out, 0, sweep.average_ticks, sweep.after_ticks};
        });
      };
    }
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
    static_assert(kTakesSetting<T> || std::is_constructible_v<T, const Params&, const Instrument&>,
                  "a plugin has a constructor (const Params&, const Instrument&) or (const Params&, const Setting&)");
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
#pragma GCC visibility pop
}  // namespace plimsoll

/// The exported symbol. Only the built-ins set it, because they share one program.
#ifndef PLIMSOLL_PLUGIN_ENTRY
#define PLIMSOLL_PLUGIN_ENTRY plimsoll_plugin_entry
#endif

/// Once per shared object, outside any namespace: all its strategies and impact models, in any order.
#define PLIMSOLL_PLUGIN(...)                                                                            \
  extern "C" __attribute__((visibility("default"))) const plimsoll_plugin* PLIMSOLL_PLUGIN_ENTRY(void); \
  const plimsoll_plugin* PLIMSOLL_PLUGIN_ENTRY(void) { return ::plimsoll::sdk::detail::plugin<__VA_ARGS__>(); }

/// The usual case: one class, one file.
#define PLIMSOLL_STRATEGY(T) PLIMSOLL_PLUGIN(T)
#define PLIMSOLL_IMPACT_MODEL(T) PLIMSOLL_PLUGIN(T)
