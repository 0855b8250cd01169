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
/// Needs C++17 only; units and thread rule are stated in sdk/plimsoll.h. Randomness and transcendental functions come from the host, or
/// results differ between machines.

#include "sdk/author.hpp"
#include "sdk/registration.hpp"
